import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';

/** How a transport over HTTP puts results into a response. */
export type Framing = {
  headers: Record<string, string>;
  /** Written first, so that the client knows the stream is open. */
  opening: string;
  next(result: ExecutionResult): string;
  /** The client shall know that nothing more comes. */
  complete: string;
  /** The client shall know that it may subscribe again, here or elsewhere. */
  interrupted: string;
  heartbeat: string;
};

/** A response that goes on, to a client that may be slow or gone. */
export type ResultStream = {
  /** Resolves when the client has taken so much that more may be written. */
  write(text: string): Promise<void>;
  /** Ends the response, once. */
  end(text: string): void;
  readonly ended: boolean;
  /** Called once, when the response has ended or the client is gone. */
  onEnd(called: () => void): void;
};

export type ResultStreamOptions = {
  heartbeat: string;
  heartbeatMs: number;
  headers: Record<string, string>;
  opening: string;
};

/** A client that has taken nothing for so many heartbeats is taken for dead. */
const maxMissedHeartbeats = 4;

export function openResultStream(
  request: IncomingMessage,
  response: ServerResponse,
  { heartbeat, heartbeatMs, headers, opening }: ResultStreamOptions,
): ResultStream {
  const called: (() => void)[] = [];
  let ended = false;
  let missed = 0;

  const finish = () => {
    if (ended) return;
    ended = true;
    clearInterval(beat);
    for (const onEnd of called) onEnd();
  };
  const beat = setInterval(() => {
    missed = response.writableNeedDrain ? missed + 1 : 0;
    if (missed >= maxMissedHeartbeats) response.destroy();
    else if (missed === 0) response.write(heartbeat);
  }, heartbeatMs);

  response.once('close', finish);
  response.on('error', finish);
  request.socket.setNoDelay(true);
  // Nothing else is to be asked over this connection, and a stop need not wait for it to idle.
  response.shouldKeepAlive = false;
  response.writeHead(200, {
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...headers,
  });
  response.write(opening);
  return {
    write(text) {
      if (ended || response.write(text)) return Promise.resolve();
      return new Promise((resolve) => {
        const go = () => {
          response.off('drain', go);
          response.off('close', go);
          resolve();
        };
        response.once('drain', go);
        response.once('close', go);
      });
    },
    end(text) {
      if (ended) return;
      response.end(text);
      finish();
    },
    get ended() {
      return ended;
    },
    onEnd(onEnd) {
      if (ended) onEnd();
      else called.push(onEnd);
    },
  };
}
