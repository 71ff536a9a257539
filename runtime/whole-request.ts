import { IncomingMessage } from 'node:http';

/** Takes the body of a request, as it comes. */
export type BodyTaker = {
  take(part: Buffer): void;
  end(): void;
  /** The client is gone before the whole body has come. */
  cutOff(): void;
};

/** What node:http's requests have inside, on Node 20 to 24. */
type Inside = {
  /** Somebody reads the body, so that node:http need not read it to its end. */
  _consuming: boolean;
  _readableState: { ended: boolean; endEmitted: boolean };
};

/**
 * A request whose body can be taken as the parser finds it. As a stream a body that has come already
 * waits for five turns of its own, which cost more than all that is done with it.
 */
export class WholeRequest extends IncomingMessage {
  private taker: BodyTaker | undefined;
  private isStream = false;
  private asksToUpgrade: boolean | undefined;

  /**
   * Whether the connection becomes one of another protocol, which is that of WebSockets alone. Any
   * other may be left as it is (RFC 9110, 7.8), and is asked for by clients with nothing else in
   * mind: Java's does so over plain HTTP, for HTTP/2. node:http asks after it has read the head.
   */
  get upgrade(): boolean {
    if (!this.asksToUpgrade) return false;
    return this.method === 'CONNECT' || this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(asked: boolean) {
    this.asksToUpgrade = asked;
  }

  /** @returns whether the body is given to the taker; if not, it must be read as a stream */
  giveBody(taker: BodyTaker): boolean {
    if (this.isStream || this.taker || this.destroyed || this.readableFlowing !== null)
      return false;
    this.taker = taker;
    (this as unknown as Inside)._consuming = true;
    return true;
  }

  // The parser calls it, with null at the end.
  override push(part: Buffer | null, encoding?: BufferEncoding): boolean {
    const { taker } = this;
    if (!taker) {
      this.isStream = true;
      return super.push(part, encoding);
    }
    if (part) taker.take(part);
    else {
      this.taker = undefined;
      const state = (this as unknown as Inside)._readableState;
      state.ended = state.endEmitted = true;
      taker.end();
    }
    return true;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.taker?.cutOff();
    this.taker = undefined;
    super._destroy(error, done);
  }
}
