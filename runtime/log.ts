import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * What every log line of a request carries: its id, and whatever the code adds on its way (an
 * order's `sn`).
 */
export type LogFields = { requestId?: string; [field: string]: unknown };

const current = new AsyncLocalStorage<LogFields>();

/** The fields of the work of this turn of the event loop, where they are passed on by hand. */
let passed: LogFields | undefined;

const fieldsNow = (): LogFields | undefined => passed ?? current.getStore();

/**
 * The same as `withLogFields` for work that awaits nothing. The first use of `withLogFields` in a
 * process makes every promise of the process dearer, so the gateway passes its fields by hand.
 */
export function withLogFieldsNow<T>(fields: LogFields, work: () => T): T {
  const before = passed;
  passed = fields;
  try {
    return work();
  } finally {
    passed = before;
  }
}

/** Runs `work` so that every line logged meanwhile carries `fields`. */
export const withLogFields = <T>(fields: LogFields, work: () => T): T => current.run(fields, work);

/** Adds fields to every later log line of the current request. */
export const addLogFields = (fields: LogFields): void => {
  Object.assign(fieldsNow() ?? {}, fields);
};

/** The id of the current request, to send to other services. */
export const currentRequestId = (): string | undefined => fieldsNow()?.requestId;

/** Creates a log of JSON lines on standard output, or on `to`. Secrets are redacted. */
export function createLog(name: string, level: string, to?: DestinationStream): Log {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // pino adds a line's own fields to what it gets here, and later lines must not have them.
    mixin: () => ({ ...fieldsNow() }),
    redact: ['authorization', '*.authorization', 'headers.authorization', 'token', '*.token'],
  };
  return to ? pino(options, to) : pino(options);
}
