import type { IncomingMessage, ServerResponse } from 'node:http';

/** A response that stays open, to a client that may be slow or gone. */
export type ResultStream = {
  /**
   * @returns a promise when the client needs time: it resolves when more may be written, or the
   *   stream has ended
   */
  write(text: string): Promise<void> | undefined;
  /** Ends the response, once. */
  end(text: string): void;
  /** Called once, when the response has ended or the client is gone. */
  onEnd(called: () => void): void;
};

export type ResultStreamOptions = {
  heartbeat: string;
  heartbeatMs: number;
  headers: Record<string, string>;
  opening: string;
};

/** A client that has taken nothing for so many heartbeats counts as gone. */
const maxMissedHeartbeats = 4;

export function openResultStream(
  request: IncomingMessage,
  response: ServerResponse,
  { heartbeat, heartbeatMs, headers, opening }: ResultStreamOptions,
): ResultStream {
  const called: (() => void)[] = [];
  let ended = false;
  const finish = () => {
    if (ended) return;
    ended = true;
    stopHeartbeat();
    for (const onEnd of called) onEnd();
  };
  const stopHeartbeat = keepAlive(response, heartbeat, heartbeatMs);
  response.once('close', finish);
  response.on('error', finish);
  open(request, response, headers, opening);
  // The client may have left while its operation was admitted: nothing tells of it any more.
  if (response.destroyed) finish();
  return {
    write: (text) => (ended || response.write(text) ? undefined : drained(response)),
    end(text) {
      if (ended) return;
      response.end(text);
      finish();
    },
    onEnd(onEnd) {
      if (ended) onEnd();
      else called.push(onEnd);
    },
  };
}

function open(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
  opening: string,
): void {
  request.socket.setNoDelay(true);
  // Nothing else comes over this connection, and a stop need not wait for it to idle.
  response.shouldKeepAlive = false;
  response.writeHead(200, {
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...headers,
  });
  response.write(opening);
}

/** Writes heartbeats, and cuts off a client that takes nothing. @returns ends it */
function keepAlive(response: ServerResponse, heartbeat: string, everyMs: number): () => void {
  let missed = 0;
  const timer = setInterval(() => {
    missed = response.writableNeedDrain ? missed + 1 : 0;
    if (missed >= maxMissedHeartbeats) response.destroy();
    else if (missed === 0) response.write(heartbeat);
  }, everyMs);
  return () => clearInterval(timer);
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
