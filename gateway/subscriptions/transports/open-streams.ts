import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError } from '../../../runtime/errors.ts';
import { type Identity, tokenExpired } from '../../../runtime/identity/identity.ts';
import { inSlices } from '../../../runtime/in-slices.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import { openResultStream, type ResultStream } from './result-stream.ts';
import type { StreamEncoding } from './stream-encoding.ts';
import { onTokenExpiry } from './token-expiry.ts';

export type StreamToOpen = {
  request: IncomingMessage;
  response: ServerResponse;
  encoding: StreamEncoding;
  identity: Identity | undefined;
  /** Gives the connection's place back. */
  release: () => void;
};

/** The responses that stay open. */
export type OpenStreams = {
  /**
   * Opens a response that stays open until its token expires or we stop.
   * @throws SERVICE_UNAVAILABLE after the stop
   */
  open(stream: StreamToOpen): ResultStream;
  stop: Stop;
};

export function openStreams(heartbeatMs: number): OpenStreams {
  const open = new Map<ResultStream, StreamEncoding>();
  let stopped = false;
  return {
    open({ request, response, encoding, identity, release }) {
      // A stream that opened now would keep the server from ending.
      if (stopped)
        throw clientError('SERVICE_UNAVAILABLE', 'The server is being restarted. Subscribe again.');
      const stream = openResultStream(request, response, { ...encoding, heartbeatMs });
      open.set(stream, encoding);
      const cancelExpiry = onTokenExpiry(identity, () => {
        const expired = { errors: [clientError('UNAUTHENTICATED', tokenExpired)] };
        stream.end(encoding.next(expired) + encoding.complete);
      });
      stream.onEnd(() => {
        cancelExpiry();
        release();
        open.delete(stream);
      });
      return stream;
    },
    async stop() {
      stopped = true;
      await inSlices(open, ([stream, encoding]) => stream.end(encoding.interrupted));
    },
  };
}
