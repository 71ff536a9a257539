import { tooLarge } from './http-fault.ts';

/** The body of an answer, as far as it has come. */
export type AnswerBody = {
  readonly size: number;
  /** @param length of the whole body, where it is known @throws where the body is too large */
  add(part: Buffer, length?: number): void;
  /** What was added holds no longer: it is copied. @param length of the whole body, where it is known */
  keep(length?: number): void;
  /** @returns the whole body, and begins the next */
  end(): Buffer;
  /** Nobody wants what has come. Begins the next. */
  drop(): void;
};

const nothing = Buffer.alloc(0);
const smallest = 16_384;
/** To copy more than this each time that room is made would keep others waiting. */
const largest = 1_048_576;

/**
 * Buffers of that size that bodies have left behind. To allocate ten for each answer of a subgraph
 * that pours without end has all memory collected twice a second.
 */
const leftBehind: Buffer[] = [];
const maxFree = 16;

/**
 * A body in one part is that part, as long as the part holds. More are copied into a few buffers: a
 * part does not hold until the next, and each of a million of one byte would cost a hundred.
 * @param free large buffers that nobody uses
 */
export function answerBody(maxBytes: number, free: Buffer[] = leftBehind): AnswerBody {
  let full: Buffer[] = [];
  /** Has room for more than has come, unless that is one part. */
  let bytes: Buffer = nothing;
  /** How much of the last buffer is taken. */
  let taken = 0;
  let size = 0;
  /** Whether the bytes are a part as it came. */
  let isBorrowed = false;

  const ofSize = (wanted: number): Buffer =>
    wanted === largest
      ? (free.pop() ?? Buffer.allocUnsafeSlow(largest))
      : Buffer.allocUnsafe(wanted);
  const giveBack = ({ buffer }: Buffer) => {
    if (buffer.byteLength === largest && free.length < maxFree) free.push(Buffer.from(buffer));
  };

  const makeRoom = (needed: number, length: number | undefined) => {
    if (length === undefined && bytes.length >= largest && !isBorrowed) {
      full.push(bytes.subarray(0, taken));
      bytes = ofSize(Math.max(needed, Math.min(largest, maxBytes - size)));
      taken = 0;
      return;
    }
    const room = Math.min(maxBytes, Math.max(smallest, taken + needed, 2 * bytes.length));
    const larger = ofSize(length ?? room);
    bytes.copy(larger, 0, 0, taken);
    bytes = larger;
    isBorrowed = false;
  };

  const begin = () => {
    full = [];
    bytes = nothing;
    taken = size = 0;
    isBorrowed = false;
  };
  const drop = () => {
    for (const one of full) giveBack(one);
    if (!isBorrowed) giveBack(bytes);
    begin();
  };

  return {
    get size() {
      return size;
    },
    add(part, length) {
      if (size + part.length > maxBytes) throw tooLarge(maxBytes);
      if (size === 0) {
        bytes = part;
        isBorrowed = true;
      } else {
        if (taken + part.length > bytes.length) makeRoom(part.length, length);
        part.copy(bytes, taken);
      }
      taken += part.length;
      size += part.length;
    },
    keep(length) {
      if (isBorrowed && size > 0) makeRoom(0, length);
    },
    end() {
      const last = bytes.subarray(0, taken);
      if (full.length === 0) {
        begin();
        return last;
      }
      const whole = Buffer.concat([...full, last], size);
      drop();
      return whole;
    },
    drop,
  };
}
