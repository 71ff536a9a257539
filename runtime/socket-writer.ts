import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/**
 * Sends a text, in UTF-8, of one or two parts: who sends the same to many makes the bytes once.
 * @returns a promise when the client needs time: it resolves when more may be sent
 */
export type WriteText = (first: Buffer, second?: Buffer) => Promise<void> | undefined;

/** What may wait in our memory for a client's network, beside the results that wait as such. */
const maxBufferedBytes = 64_000;

/** RFC 6455: a whole message of text, unmasked as servers send it. */
const wholeText = 0x81;
const shortBytes = 125;
const mediumBytes = 65_535;
const headOf = (length: number): number =>
  length <= shortBytes ? 2 : length <= mediumBytes ? 4 : 10;

/**
 * Sends over a socket without waiting while the network takes it: a client that reads gets
 * everything at once. What is sent in one turn becomes one buffer, and goes to the network by one
 * system call. The frames are written here: `ws` makes two buffers and a dozen objects for each,
 * which is most of what it costs to tell a thousand subscribers the same.
 * @param wire the network connection under the socket, which must not compress
 */
export function socketWriter(socket: WebSocket, wire: Duplex): WriteText {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let told: (() => void)[] = [];

  const flush = () => {
    if (bytes === 0) return;
    const [messages, all, resolves] = [waiting, bytes, told];
    [waiting, bytes, told] = [[], 0, []];
    const done = () => {
      for (const resolve of resolves) resolve();
    };
    if (socket.readyState !== socket.OPEN) done();
    else wire.write(framed(messages, all), done);
  };
  // The frame that closes a socket must come after all others.
  const close = socket.close.bind(socket);
  socket.close = (...reason) => {
    flush();
    close(...reason);
  };
  return (first, second = nothing) => {
    if (socket.readyState !== socket.OPEN) return undefined;
    if (bytes === 0) process.nextTick(flush);
    const isBusy = wire.writableLength + bytes >= maxBufferedBytes;
    const length = first.length + second.length;
    waiting.push(first, second);
    bytes += headOf(length) + length;
    return isBusy ? new Promise((resolve) => told.push(resolve)) : undefined;
  };
}

const nothing = Buffer.alloc(0);

/** Messages of two parts each, as frames. */
function framed(parts: readonly Buffer[], bytes: number): Buffer {
  const frames = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const [first, second] = [parts[i] as Buffer, parts[i + 1] as Buffer];
    const length = first.length + second.length;
    frames[at] = wholeText;
    if (length <= shortBytes) frames[at + 1] = length;
    else if (length <= mediumBytes) {
      frames[at + 1] = 126;
      frames.writeUInt16BE(length, at + 2);
    } else {
      frames[at + 1] = 127;
      frames.writeBigUInt64BE(BigInt(length), at + 2);
    }
    at += headOf(length);
    frames.set(first, at);
    frames.set(second, at + first.length);
    at += length;
  }
  return frames;
}
