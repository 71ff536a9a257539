import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Gone } from '../../runtime/gone.ts';
import type { Asking, Connections } from './connections.ts';
import { deadlines, type Waiting } from './deadlines.ts';
import type { HttpAnswer } from './http-answer.ts';

export type SubgraphHttpOptions = {
  /** As the subgraph is told it: with its port. */
  host: string;
  path: string;
  timeoutMs: number;
  /** The largest answer, after it is decompressed. */
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

/** Posts over kept connections. One timer watches all requests. */
export function poster(connections: Connections, options: SubgraphHttpOptions): Post {
  const waiting = deadlines();
  const begin = `POST ${options.path} HTTP/1.1\r\nhost: ${options.host}\r\nconnection: keep-alive\r\n`;
  return (body, headers, { deadline, signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Abandoned());
      const end = () => {
        waiting.delete(place);
        signal?.removeEventListener('abort', gone);
      };
      const failed = (error: Error) => {
        end();
        reject(error);
      };
      const giveUp = (error: Error) => {
        failed(error);
        connections.giveUp(asking);
      };
      const gone = () => giveUp(new Abandoned());
      const length = Buffer.byteLength(body);
      const asking: Asking = {
        message: `${begin}${linesOf(headers)}content-length: ${length}\r\n\r\n${body}`,
        encoding: length === body.length ? 'latin1' : 'utf8',
        done(answer) {
          end();
          try {
            resolve(textOf(answer, options.maxBytes));
          } catch (error) {
            reject(error);
          }
        },
        failed,
      };
      const place = waiting.add(limitOf(options.timeoutMs, deadline, giveUp));
      signal?.addEventListener('abort', gone, { once: true });
      connections.ask(asking);
    });
}

/** @throws where a value would be more than its line */
function linesOf(headers: Record<string, string>): string {
  let lines = '';
  for (const name in headers) {
    const value = headers[name] as string;
    if (/[^\t\x20-\x7e]/.test(value)) throw new Error(`the header ${name} has an odd value`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
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
  // RFC 9110, 8.4.1.3: the same.
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** @throws where the body is longer than a text may be */
function textOf({ body, encoding }: HttpAnswer, maxBytes: number): string | Promise<string> {
  if (encoding === undefined || encoding === 'identity') return body.toString();
  const unpack = Object.hasOwn(decompress, encoding) ? decompress[encoding] : undefined;
  return unpack
    ? unpack(Buffer.from(body), { maxOutputLength: maxBytes }).then(String)
    : Promise.reject(new Error(`an answer in ${encoding}, which is not understood`));
}
