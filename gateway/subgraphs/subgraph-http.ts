import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher, Pool } from 'undici';
import type { Gone } from '../../runtime/gone.ts';
import { deadlines, type Waiting } from './deadlines.ts';

export type SubgraphHttpOptions = {
  path: string;
  timeoutMs: number;
  /** The largest answer that is read, also after it is decompressed. */
  maxBytes: number;
};

/** What ends a request before its answer. */
export type Until = {
  /** When the whole operation must have ended, on the clock of `performance.now()`. */
  deadline?: number | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal?: Gone | undefined;
};

/**
 * Posts a body and resolves to the body of the answer. Rejects when it takes too long, is too
 * large, or nobody waits.
 */
export type Post = (
  body: string,
  headers: Record<string, string>,
  until?: Until,
) => Promise<string>;

/**
 * Posts over a pool. Half the price of `pool.request` with an `AbortSignal.timeout`: no stream is
 * made for the answer, and one timer watches all requests.
 */
export function poster(pool: Pool, options: SubgraphHttpOptions): Post {
  const waiting = deadlines();
  return (body, headers, until = {}) =>
    new Promise((resolve, reject) => {
      let request: Dispatcher.DispatchController | undefined;
      let failed: Error | undefined;
      const fail = (error: Error) => {
        failed ??= error;
        end();
        request?.abort(failed);
        reject(failed);
      };
      const late = limitOf(options.timeoutMs, until.deadline, fail);
      const gone = () => fail(new Abandoned());
      const end = () => {
        waiting.delete(late);
        until.signal?.removeEventListener('abort', gone);
      };
      if (until.signal?.aborted) return reject(new Abandoned());
      waiting.add(late);
      until.signal?.addEventListener('abort', gone, { once: true });

      const { path } = options;
      const unlimited = { headersTimeout: 0, bodyTimeout: 0 };
      const answer = answerReader(options.maxBytes, fail);
      pool.dispatch(
        { path, method: 'POST', headers, body, ...unlimited },
        {
          onRequestStart(controller) {
            request = controller;
            if (failed) controller.abort(failed);
          },
          onResponseStart: (_controller, _status, answered) => answer.start(answered),
          onResponseData: (_controller, chunk) => answer.take(chunk),
          onResponseEnd() {
            end();
            resolve(answer.text());
          },
          onResponseError(_controller, error) {
            end();
            reject(error);
          },
        },
      );
    });
}

/** Nobody waits for the answer any more. */
export class Abandoned extends Error {
  override name = 'Abandoned';
}

/**
 * The operation as a whole has taken too long: that is not the fault of the subgraph asked last.
 */
export class DeadlineReached extends Error {
  override name = 'DeadlineReached';
}

function limitOf(
  timeoutMs: number,
  deadline: number | undefined,
  fail: (error: Error) => void,
): Waiting {
  const until = performance.now() + timeoutMs;
  if (deadline !== undefined && deadline < until)
    return { until: deadline, giveUp: () => fail(new DeadlineReached()) };
  return { until, giveUp: () => fail(new Error(`no answer within ${timeoutMs} ms`)) };
}

const decompress: Record<string, (body: Buffer, options: object) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Collects an answer of bounded size. */
function answerReader(maxBytes: number, fail: (error: Error) => void) {
  let chunks: Buffer[] = [];
  let size = 0;
  let encoding: string | undefined;
  return {
    start(headers: IncomingHttpHeaders) {
      chunks = [];
      size = 0;
      encoding = headers['content-encoding'];
      if (Number(headers['content-length'] ?? 0) > maxBytes) fail(tooLarge(maxBytes));
    },
    take(chunk: Buffer) {
      size += chunk.length;
      if (size > maxBytes) fail(tooLarge(maxBytes));
      else chunks.push(chunk);
    },
    text(): string | Promise<string> {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      if (encoding === undefined || encoding === 'identity') return body.toString();
      const unpack = Object.hasOwn(decompress, encoding) ? decompress[encoding] : undefined;
      return unpack
        ? unpack(body, { maxOutputLength: maxBytes }).then(String)
        : Promise.reject(new Error(`an answer in ${encoding}, which is not understood`));
    },
  };
}

const tooLarge = (maxBytes: number) => new Error(`an answer of more than ${maxBytes} bytes`);
