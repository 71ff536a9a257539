import { createClient } from 'graphql-sse';
import type { CallerSigner } from '../../runtime/caller.ts';
import type { Upstream, UpstreamEvent } from './upstream.ts';

const maxMessageBytes = 4_000_000;
const lineFeed = 10;

/** Subscriptions by graphql-sse, in its distinct connections mode: each is a request of its own. */
export function sseUpstream(url: string, _sign: CallerSigner): Upstream {
  const open = new Set<() => void>();
  return {
    subscribe(request, sink) {
      // A client for each: one for all would keep something of every subscription that it ever had.
      const client = createClient({
        url,
        headers: { authorization: request.extensions.authorization },
        fetchFn: boundedFetch,
        // What happened in between would be missed.
        retryAttempts: 0,
      });
      const leave = () => {
        open.delete(leave);
        client.dispose();
      };
      open.add(leave);
      const { operationName, ...rest } = request;
      client.subscribe(
        { ...rest, ...(operationName === undefined ? {} : { operationName }) },
        {
          next: (event) => sink.next(event as UpstreamEvent),
          complete: () => sink.end({ completed: true }),
          error: (error) => sink.end({ lost: error }),
        },
        { connected: () => sink.onOpen(false) },
      );
      return leave;
    },
    async stop() {
      for (const leave of [...open]) leave();
    },
  };
}

/** `fetch`, for answers whose lines have at most so many bytes: an event is one line. */
async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  let bytes = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf(lineFeed);
      bytes = end < 0 ? bytes + chunk.length : chunk.length - end;
      if (bytes > maxMessageBytes) controller.error(new Error('an event is too large'));
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(bounded), response);
}
