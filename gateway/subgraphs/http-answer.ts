import { answerBody } from './answer-body.ts';
import { type AnswerHead, readHead } from './answer-head.ts';
import { chunkReader } from './chunked-body.ts';
import { malformed, maxHead, tooLarge } from './http-fault.ts';

/** An answer over HTTP, as far as it matters here: its status is not looked at. */
export type HttpAnswer = Pick<AnswerHead, 'encoding' | 'keepMs'> & { body: Buffer };

/** Reads the answers of one connection, one after the other, from the bytes that come. */
export type AnswerReader = {
  /**
   * @param bytes hold until the next are taken, and with them the answer's body if they are all of it
   * @returns the answer, when it has come whole
   * @throws what is wrong with it
   */
  take(bytes: Buffer): HttpAnswer | undefined;
  /** The other side sends nothing more. @returns an answer that ends by that */
  ended(): HttpAnswer | undefined;
  /** Nobody reads on: what has come is given up. */
  drop(): void;
};

/**
 * Reads HTTP/1.1 (RFC 9112).
 * @param maxBytes the largest body that is read
 */
export function answerReader(maxBytes: number): AnswerReader {
  /** What came and is not complete: a part of a head, or of a line between chunks. */
  let rest: Buffer | undefined;
  let head: AnswerHead | undefined;
  const body = answerBody(maxBytes);
  let chunks: ReturnType<typeof chunkReader> | undefined;

  const end = (keepMs: number): HttpAnswer => {
    const answer = { body: body.end(), encoding: head?.encoding, keepMs };
    head = rest = chunks = undefined;
    return answer;
  };

  /** @returns what comes after the head; undefined until the head is complete */
  const afterHead = (bytes: Buffer): Buffer | undefined => {
    const at = bytes.indexOf('\r\n\r\n', 0, 'latin1');
    if ((at < 0 ? bytes.length : at) > maxHead) throw malformed('a long head');
    if (at < 0) {
      rest = Buffer.from(bytes);
      return undefined;
    }
    const found = readHead(bytes.toString('latin1', 0, at));
    if (typeof found.length === 'number' && found.length > maxBytes) throw tooLarge(maxBytes);
    const after = bytes.subarray(at + 4);
    if (found.isInterim) return afterHead(after);
    head = found;
    return after;
  };

  const takeChunks = (bytes: Buffer, keepMs: number): HttpAnswer | undefined => {
    chunks ??= chunkReader(maxBytes, body.add);
    const read = chunks(bytes);
    rest = read.rest && Buffer.from(read.rest);
    return read.isLast ? end(rest ? 0 : keepMs) : undefined;
  };

  const takeBody = (bytes: Buffer, { length, keepMs }: AnswerHead): HttpAnswer | undefined => {
    if (length === 'until closed') return void body.add(bytes);
    if (length === 'chunked') return takeChunks(bytes, keepMs);
    const left = length - body.size;
    body.add(bytes.subarray(0, left), length);
    // What comes beside the answer nobody has asked for.
    return body.size === length ? end(bytes.length > left ? 0 : keepMs) : undefined;
  };

  return {
    take(bytes) {
      const come = rest ? Buffer.concat([rest, bytes]) : bytes;
      rest = undefined;
      const after = head ? come : afterHead(come);
      const answer = head && after ? takeBody(after, head) : undefined;
      if (!answer && head) body.keep(typeof head.length === 'number' ? head.length : undefined);
      return answer;
    },
    ended: () => (head?.length === 'until closed' ? end(0) : undefined),
    drop: body.drop,
  };
}
