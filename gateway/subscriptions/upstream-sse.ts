import { Agent, request as send } from 'undici';
import type { CallerSigner } from '../../runtime/caller.ts';
import { eventReader } from './server-sent-events.ts';
import type { Upstream, UpstreamEvent, UpstreamRequest, UpstreamSink } from './upstream.ts';

const maxMessageBytes = 4_000_000;

/** Subscriptions by graphql-sse, in its distinct connections mode: each is a request of its own. */
export function sseUpstream(url: string, _sign: CallerSigner): Upstream {
  const agent = new Agent({
    // A subscription may be quiet for hours.
    bodyTimeout: 0,
    // TCP notices who is gone without a word: Node asks ten times more, once a second.
    connect: { keepAliveInitialDelay: 10_000 },
  });
  return {
    subscribe(request, sink) {
      const left = new AbortController();
      follow(() => post(url, request, { dispatcher: agent, signal: left.signal }), sink).then(
        () => sink.end({ completed: true }),
        (error) => sink.end({ lost: error }),
      );
      return () => left.abort();
    },
    stop: () => agent.destroy(),
  };
}

type Options = { dispatcher: Agent; signal: AbortSignal };

/** Who is led elsewhere would tell another server what only the subgraph may know: it is not. */
const post = (
  url: string,
  { operationName, extensions, ...rest }: UpstreamRequest,
  options: Options,
) =>
  send(url, {
    ...options,
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      authorization: extensions.authorization,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({
      ...rest,
      extensions,
      ...(operationName === undefined ? {} : { operationName }),
    }),
  });

/** Resolves when the subgraph completes the subscription. @throws why it ended otherwise */
async function follow(open: () => ReturnType<typeof post>, sink: UpstreamSink): Promise<void> {
  const { statusCode, body } = await open();
  try {
    if (statusCode < 200 || statusCode > 299) throw new Error(`the status is ${statusCode}`);
    sink.onOpen(false);
    const read = eventReader(maxMessageBytes);
    for await (const chunk of body)
      for (const { name, data } of read(chunk)) {
        if (name === 'complete') return;
        if (name === 'next') sink.next(resultOf(data));
        // Another protocol's: nobody would ever get anything. Other names are ignored, as by HTML.
        if (name === '') throw new Error('an event has no name');
      }
    throw new Error('the stream has ended, and not the subscription');
  } finally {
    body.destroy();
  }
}

/** @throws where it is no result; one with an id belongs to a single connection, which this is not */
function resultOf(data: string): UpstreamEvent {
  const result: unknown = JSON.parse(data);
  if (typeof result !== 'object' || result === null || 'id' in result)
    throw new Error('an event is no result of this operation');
  return result;
}
