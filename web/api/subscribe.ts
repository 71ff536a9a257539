import { api, headers, refused } from './client.ts';
import type { Operation } from './generated.ts';

export type Connection = 'connecting' | 'live' | 'ended';

export type Watcher<Data> = {
  next(data: Data): void;
  connection?(state: Connection): void;
};

/**
 * Longer than two of the gateway's heartbeats: a connection that is silent for so long is broken.
 */
const silenceMs = 20_000;

/**
 * Follows a subscription over server-sent events until the returned function is called. A broken
 * connection is opened again; the API then sends the present state first, so nothing is missed.
 */
export function watch<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  watcher: Watcher<Data>,
): () => void {
  let left = false;
  let controller = new AbortController();
  const tell = (state: Connection) => left || watcher.connection?.(state);

  const run = async () => {
    for (let tries = 0; !left; tries += 1) {
      controller = new AbortController();
      try {
        await follow(operation, variables, controller, {
          opened: () => {
            tries = 0;
            tell('live');
          },
          next: (data) => left || watcher.next(data),
        });
        return tell('ended');
      } catch (error) {
        if (left) return;
        if (error instanceof Refused) return tell('ended');
        tell('connecting');
        await wait(Math.min(8_000, 500 * 2 ** tries));
      }
    }
  };
  const again = () => controller.abort();
  addEventListener('online', again);
  void run();
  return () => {
    left = true;
    removeEventListener('online', again);
    controller.abort();
  };
}

class Refused extends Error {}

type Following<Data> = { opened(): void; next(data: Data): void };

/**
 * Reads one response to its end. Returns when the subscription is complete.
 * @throws when the connection breaks
 */
async function follow<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  controller: AbortController,
  { opened, next }: Following<Data>,
): Promise<void> {
  const query: string = operation;
  const response = await fetch(`${api}/stream`, {
    method: 'POST',
    headers: { ...headers(), accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
    signal: controller.signal,
  });
  if (response.status === 401 || response.status === 400) throw new Refused();
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
  opened();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let silence = 0;
  let text = '';
  try {
    for (;;) {
      silence = window.setTimeout(() => controller.abort(), silenceMs);
      const { value, done } = await reader.read();
      clearTimeout(silence);
      if (done) throw new Error('the connection has ended');
      const events = (text + value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) if (take(event, next)) return;
    }
  } finally {
    clearTimeout(silence);
    controller.abort();
  }
}

/**
 * Takes one event. Returns true when it is the last.
 * @throws Refused where it holds errors without data
 */
function take<Data>(event: string, next: (data: Data) => void): boolean {
  const lines = event.split('\n');
  if (lines.includes('event: complete')) return true;
  const json = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5));
  if (json.join('').trim() === '') return false;
  const { data, errors } = JSON.parse(json.join('\n'));
  if (data) next(data);
  else if (errors) {
    refused(errors[0]);
    throw new Refused();
  }
  return false;
}

/** Waits, or until the browser is online again. */
const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    const done = () => {
      removeEventListener('online', done);
      resolve();
    };
    addEventListener('online', done);
    setTimeout(done, ms);
  });
