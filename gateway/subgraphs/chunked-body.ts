import { malformed, maxHead, tooLarge } from './http-fault.ts';

/** What follows what was read, and whether that was the end of the body. */
type Read = { rest: Buffer | undefined; isLast: boolean };

type Expected = 'length' | 'data' | 'end of data' | 'trailer' | 'nothing';

/**
 * How long a line may be. A length has eight digits: much beside them would cost more than the
 * body may.
 */
const longest = { length: 200, 'end of data': maxHead, trailer: maxHead } as const;

/** Reads a body in chunks, whose lengths stand in lines between them (RFC 9112, 7.1). */
export function chunkReader(maxBytes: number, add: (part: Buffer) => void) {
  let expected: Expected = 'length';
  /** Bytes of the chunk that have not come. */
  let left = 0;
  let trailers = 0;

  const takeLine = (line: string): Expected => {
    if (expected === 'length') {
      left = lengthOfChunk(line, maxBytes);
      return left === 0 ? 'trailer' : 'data';
    }
    if (expected === 'trailer') {
      trailers += line.length;
      if (trailers > maxHead) throw malformed('long trailers');
      return line === '' ? 'nothing' : 'trailer';
    }
    if (line !== '') throw malformed('a chunk of another length than it says');
    return 'length';
  };

  return (bytes: Buffer): Read => {
    let at = 0;
    while (at < bytes.length && expected !== 'nothing') {
      if (expected === 'data') {
        const part = bytes.subarray(at, at + left);
        add(part);
        at += part.length;
        left -= part.length;
        if (left === 0) expected = 'end of data';
        continue;
      }
      const line = lineAt(bytes, at, longest[expected]);
      if (line === undefined) break;
      at += line.length + 2;
      expected = takeLine(line);
    }
    return {
      rest: bytes.length > at ? bytes.subarray(at) : undefined,
      isLast: expected === 'nothing',
    };
  };
}

/** A line without its end; undefined until it is complete. */
function lineAt(bytes: Buffer, at: number, max: number): string | undefined {
  const end = bytes.indexOf('\r\n', at, 'latin1');
  if ((end < 0 ? bytes.length - 1 : end) - at > max) throw malformed('a long line');
  return end < 0 ? undefined : bytes.toString('latin1', at, end);
}

function lengthOfChunk(line: string, maxBytes: number): number {
  const digits = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
  if (digits === undefined) throw malformed('a chunk without a length');
  const length = Number.parseInt(digits, 16);
  if (length > maxBytes) throw tooLarge(maxBytes);
  return length;
}
