import { createClient, type StreamEvent, type StreamMessage } from 'graphql-sse';
import type { CallerSigner } from '../../runtime/caller.ts';
import type { Upstream, UpstreamEvent } from './upstream.ts';

const maxMessageBytes = 4_000_000;

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
        onMessage: requireDistinct,
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

/**
 * The library would keep an event with an id for an operation that nobody has begun, and the next.
 * @throws where an event is one of a single connection
 */
function requireDistinct({ data }: StreamMessage<boolean, StreamEvent>): void {
  if (data && 'id' in data) throw new Error('an event of an operation that nobody has begun');
}

/** `fetch` of one address alone, for streams whose events have at most so many bytes. */
async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  // Who is led elsewhere would tell another server what only the subgraph may know.
  const response = await fetch(url, { ...options, redirect: 'error' });
  let bytes = 0;
  /** The end of what came before: an empty line may come in two parts. */
  let before = Buffer.alloc(0);
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const come = Buffer.concat([before, chunk]);
      const end = Math.max(...emptyLines.map((line) => come.lastIndexOf(line)));
      bytes = end < 0 ? bytes + chunk.length : come.length - end;
      before = come.subarray(-3);
      if (bytes > maxMessageBytes) controller.error(new Error('an event is too large'));
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(bounded), response);
}

/** What ends an event. */
const emptyLines = ['\n\n', '\r\n\r\n', '\r\r'];
