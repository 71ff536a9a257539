import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { Stop } from '../../runtime/lifecycle.ts';
import { answerReader, type HttpAnswer } from './http-answer.ts';
import { readingTurns } from './reading-turns.ts';

/**
 * A request as it is written, and who is told what becomes of it: `done` or `failed` is called
 * once, and neither after `giveUp`. The answer's body holds until `done` returns.
 */
export type Asking = {
  message: string;
  /** `latin1` is written quicker, and is the same where all is ASCII. */
  encoding?: 'latin1' | 'utf8';
  done(answer: HttpAnswer): void;
  failed(error: Error): void;
};

/** Connections to one origin that are kept open, each for one request at a time. */
export type Connections = {
  ask(asking: Asking): void;
  /** Nobody waits for the answer any more. Who asked is told nothing. */
  giveUp(asking: Asking): void;
  /** Finishes what is under way. */
  stop: Stop;
};

export type ConnectionOptions = {
  /** More requests than this wait for a connection. */
  max: number;
  connectTimeoutMs: number;
  /** The largest answer that is read. */
  maxBytes: number;
  /** How old one may become: a name may mean other addresses by then, and a balancer have others. */
  maxAgeMs?: number;
};

const standardMaxAgeMs = 300_000;

type Connection = {
  ask(asking: Asking): void;
  end(error?: Error): void;
  /** What it was asked and has not answered. */
  current: Asking | undefined;
  usableUntil: number;
};

/**
 * Opens connections as they are needed. A third of what `undici` costs for a request: it is written
 * at once, as one text, and its answer is read by one look at most.
 */
export function openConnections(origin: string, options: ConnectionOptions): Connections {
  const { maxAgeMs = standardMaxAgeMs } = options;
  const open = new Set<Connection>();
  /** The one used last is used next: what is not needed grows old, and is closed. */
  const idle: Connection[] = [];
  const waiting = new Set<Asking>();
  const turns = readingTurns();
  let stopped: (() => void) | undefined;

  const forget = (connection: Connection) => {
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    if (!open.delete(connection)) return;
    const next = takeWaiting();
    if (next) begin(next);
    else if (open.size === 0) stopped?.();
  };

  const takeWaiting = (): Asking | undefined => {
    for (const asking of waiting) {
      waiting.delete(asking);
      return asking;
    }
    return undefined;
  };

  const begin = (asking: Asking) => {
    const now = performance.now();
    while (idle[0] && idle[0].usableUntil < now) idle[0].end();
    for (let known = idle.pop(); known; known = idle.pop()) {
      if (known.usableUntil >= now) return known.ask(asking);
      known.end();
    }
    if (open.size < options.max) connection().ask(asking);
    else waiting.add(asking);
  };

  const connection = (): Connection => {
    const socket = socketTo(origin, options.connectTimeoutMs, (bytes) => read(bytes));
    const reader = answerReader(options.maxBytes);
    const reading = turns(socket);
    // Not all at once: each a little earlier.
    const oldFrom = performance.now() + (1 - Math.random() / 4) * maxAgeMs;
    const take = (): Asking | undefined => {
      const asked = self.current;
      self.current = undefined;
      return asked;
    };
    const finish = (answer: HttpAnswer) => {
      reading.end();
      const asked = take();
      const now = performance.now();
      self.usableUntil = Math.min(now + answer.keepMs, oldFrom);
      if (self.usableUntil > now && !stopped) {
        const next = takeWaiting();
        if (next) self.ask(next);
        else {
          // Whoever waits for an answer keeps the process: a connection alone does not.
          socket.unref();
          idle.push(self);
        }
      } else self.end();
      asked?.done(answer);
    };
    const self: Connection = {
      current: undefined,
      usableUntil: 0,
      ask(asking) {
        self.current = asking;
        socket.ref();
        socket.write(asking.message, asking.encoding);
      },
      end(error = new ConnectionClosed()) {
        socket.destroy();
        reading.end();
        reader.drop();
        take()?.failed(error);
        forget(self);
      },
    };
    const read = (bytes: Buffer) => {
      // Nobody has asked.
      if (!self.current) return self.end();
      let answer: HttpAnswer | undefined;
      try {
        answer = reader.take(bytes);
      } catch (error) {
        return self.end(error as Error);
      }
      // Outside: what fails in who is told is no fault of the request that comes next.
      if (answer) finish(answer);
      else reading.came(bytes.length);
    };
    socket.on('end', () => {
      const answer = self.current && reader.ended();
      if (answer) finish(answer);
      else self.end();
    });
    socket.on('error', (error) => self.end(error));
    socket.on('close', () => self.end());
    open.add(self);
    return self;
  };

  return {
    ask(asking) {
      if (stopped) asking.failed(new ConnectionsStopped());
      else begin(asking);
    },
    giveUp(asking) {
      if (waiting.delete(asking)) return;
      for (const connection of open) {
        if (connection.current !== asking) continue;
        connection.current = undefined;
        // What the other side still sends is the answer to this, and may not be taken for another.
        connection.end();
        return;
      }
    },
    stop: () =>
      new Promise((resolve) => {
        stopped = resolve;
        for (const connection of [...idle]) connection.end();
        if (open.size === 0) resolve();
      }),
  };
}

/** The connection was closed before the answer had come. */
export class ConnectionClosed extends Error {
  override name = 'ConnectionClosed';
  readonly code = 'ECONNRESET';
  constructor() {
    super('the connection was closed');
  }
}

/** Nothing was asked: there are no connections any more. */
export class ConnectionsStopped extends Error {
  override name = 'ConnectionsStopped';
  constructor() {
    super('the connections were closed');
  }
}

const keepAlive = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/** What every connection reads into, each time from the begin. */
const buffer = Buffer.allocUnsafeSlow(65_536);

/**
 * @param read is given bytes that hold until it returns: a buffer for each read would cost more than
 *   what is in it
 */
function socketTo(origin: string, timeoutMs: number, read: (bytes: Buffer) => void): Socket {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isSecure = protocol === 'https:';
  const where = { host, port: Number(port || (isSecure ? 443 : 80)), ...keepAlive };
  const named = isIP(host) ? {} : { servername: host };
  const socket = isSecure
    ? connectSecurely({ ...where, ...named, ALPNProtocols: ['http/1.1'] })
    : connect({
        ...where,
        onread: {
          buffer,
          callback(length) {
            read(buffer.subarray(0, length));
            return true;
          },
        },
      });
  if (isSecure) socket.on('data', read);
  const late = setTimeout(
    () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)),
    timeoutMs,
  );
  late.unref();
  const settled = () => clearTimeout(late);
  socket.once(isSecure ? 'secureConnect' : 'connect', settled).once('close', settled);
  return socket;
}
