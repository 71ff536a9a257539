import { tooLarge } from './http-fault.ts';

/** The body of an answer, as far as it has come. */
export type AnswerBody = {
  readonly size: number;
  /** @param length of the whole body, where it is known @throws where the body is too large */
  add(part: Buffer, length?: number): void;
  /** @returns the whole body, and begins the next */
  end(): Buffer;
};

const nothing = Buffer.alloc(0);
const smallest = 16_384;

/**
 * A body in one part is that part. More are copied into one buffer: a part kept as it came would
 * keep all that came with it, and each of a million parts of one byte would cost a hundred.
 */
export function answerBody(maxBytes: number): AnswerBody {
  /** Has room for more than has come, unless that is one part. */
  let bytes: Buffer = nothing;
  let size = 0;

  const makeRoom = (needed: number, length: number | undefined) => {
    const room = length ?? Math.min(maxBytes, Math.max(smallest, needed, 2 * bytes.length));
    const larger = Buffer.allocUnsafe(room);
    bytes.copy(larger, 0, 0, size);
    bytes = larger;
  };

  return {
    get size() {
      return size;
    },
    add(part, length) {
      const needed = size + part.length;
      if (needed > maxBytes) throw tooLarge(maxBytes);
      if (size === 0) bytes = part;
      else {
        if (needed > bytes.length) makeRoom(needed, length);
        part.copy(bytes, size);
      }
      size = needed;
    },
    end() {
      const whole = bytes.subarray(0, size);
      bytes = nothing;
      size = 0;
      return whole;
    },
  };
}
