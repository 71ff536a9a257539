import type { IncomingMessage } from 'node:http';
import { type BodyTaker, WholeRequest } from './whole-request.ts';

/** The body of a request is larger than allowed. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The client is gone before its whole body has come. */
export class BodyCutOff extends Error {
  override name = 'BodyCutOff';
}

/** The status for a body that could not be read; undefined for any other error. */
export function statusOfBody(error: unknown): 400 | 413 | undefined {
  if (error instanceof BodyTooLarge) return 413;
  return error instanceof BodyCutOff ? 400 : undefined;
}

/**
 * Networks cut a body into pieces of a thousand bytes or more. Each piece of one byte, which takes
 * six, costs as much as a whole one.
 */
const maxPieces = (maxBytes: number): number => 200 + maxBytes / 250;

/**
 * Reads a whole body.
 * @throws BodyTooLarge as soon as it exceeds `maxBytes` or comes in far too many pieces, BodyCutOff
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let pieces = 0;
    let isRefused = false;
    const refuse = (why: string) => {
      isRefused = true;
      reject(new BodyTooLarge(why));
    };
    const body: BodyTaker = {
      take(chunk) {
        // Ten thousand pieces more may have been read with the last one, and an error takes 20 µs.
        if (isRefused) return;
        size += chunk.length;
        pieces += 1;
        if (size > maxBytes) refuse(`the body is larger than ${maxBytes} bytes`);
        else if (pieces > maxPieces(maxBytes)) {
          refuse('the body comes in too many pieces');
          // It would take as long to the end, and the answer to it is not worth that.
          request.destroy();
        } else chunks.push(chunk);
      },
      end: () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
      cutOff: () => reject(new BodyCutOff('the request was cut off')),
    };
    if (request instanceof WholeRequest && request.giveBody(body)) return;
    // Uses events, because iterating over a request is slow.
    request.on('data', body.take);
    request.on('end', body.end);
    request.on('error', body.cutOff);
    request.on('close', () => {
      if (!request.complete) body.cutOff();
    });
  });
}
