import { type IncomingMessage, ServerResponse } from 'node:http';

/**
 * Internals of node:http's responses, on Node 20 to 24: the head as it is sent, and the method that
 * sends a text after it, or keeps the text until earlier requests of the connection are answered.
 */
type Inside = {
  _header: string | null;
  _keepAliveTimeout: number;
  _send(text: string, encoding: 'latin1' | 'utf8', sent: (error?: Error | null) => void): boolean;
  _finish(): void;
  finished: boolean;
  outputData: readonly unknown[];
  _maxRequestsPerSocket?: number | null;
};

/** The headers of a response, each name before its value. */
type Headers = readonly string[];

/**
 * A response that can be sent as one text. node:http looks at each header anew, and ends a response
 * with a second, empty write, so that the system is given a list of two in the place of one.
 * Whatever is unusual is left to node:http, with the same headers.
 */
export class WholeResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
  private noted: string[] = [];

  /** Sets a header, unless it is set otherwise. @throws where its value is more than a value */
  note(name: string, value: string): void {
    if (/[^\t\x20-\x7e]/.test(value)) throw new Error(`the header ${name} has an odd value`);
    this.noted.push(name, value);
  }

  /** Ends it with a text and headers that are constant or noted. */
  endWhole(headers: Headers, text: string): void {
    const inside = this as unknown as Inside;
    if (!this.isUsual(inside)) {
      this.setNoted();
      for (let at = 0; at < headers.length; at += 2)
        this.setHeader(headers[at] as string, headers[at + 1] as string);
      return void this.end(text);
    }
    const length = Buffer.byteLength(text);
    const seconds = Math.floor(inside._keepAliveTimeout / 1_000);
    inside._header =
      `HTTP/1.1 200 OK\r\n${linesOf(this.noted)}${linesOf(headers)}Date: ${dateNow()}\r\n` +
      `Connection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\nContent-Length: ${length}\r\n\r\n`;
    inside._send(text, length === text.length ? 'latin1' : 'utf8', (error) => {
      if (!error) this.emit('finish');
    });
    inside.finished = true;
    // One that waits for those before it is finished when it is written.
    if (inside.outputData.length === 0 && this.socket) inside._finish();
  }

  private isUsual(inside: Inside): boolean {
    const { method, httpVersionMinor, httpVersionMajor, headers } = this.req;
    return (
      inside._header === null &&
      this.statusCode === 200 &&
      this.statusMessage === undefined &&
      this.shouldKeepAlive &&
      method !== 'HEAD' &&
      httpVersionMajor === 1 &&
      httpVersionMinor === 1 &&
      headers.expect === undefined &&
      inside._keepAliveTimeout > 0 &&
      !inside._maxRequestsPerSocket &&
      this.getHeaderNames().length === 0
    );
  }

  override writeHead(...given: unknown[]): this {
    this.setNoted();
    return super.writeHead(...(given as [number]));
  }

  private setNoted(): void {
    const { noted } = this;
    this.noted = [];
    for (let at = 0; at < noted.length; at += 2) {
      const name = noted[at] as string;
      if (!this.hasHeader(name)) this.setHeader(name, noted[at + 1] as string);
    }
  }
}

/** Sets a header that a response of any class has, unless it is set otherwise. */
export function noteHeader(response: ServerResponse, name: string, value: string): void {
  if (response instanceof WholeResponse) response.note(name, value);
  else response.setHeader(name, value);
}

function linesOf(headers: Headers): string {
  let lines = '';
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return lines;
}

let [date, dateUntil] = ['', 0];

/** The date as HTTP writes it, made once a second. */
function dateNow(): string {
  const now = Date.now();
  if (now < dateUntil && dateUntil - now <= 1_000) return date;
  dateUntil = now - (now % 1_000) + 1_000;
  date = new Date(now).toUTCString();
  return date;
}
