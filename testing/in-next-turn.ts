import { setImmediate as nextTurn } from 'node:timers/promises';

type Call = (...args: unknown[]) => unknown;

const isAsync = (value: unknown): value is Call =>
  typeof value === 'function' && value.constructor.name === 'AsyncFunction';

/**
 * The same functions, but each asynchronous one takes effect a turn of the event loop after its
 * call: what an action does not wait for has not happened when the action ends.
 */
export const inNextTurn = <Functions extends object>(functions: Functions): Functions =>
  Object.fromEntries(
    Object.entries(functions).map(([name, value]) => [name, isAsync(value) ? later(value) : value]),
  ) as Functions;

const later =
  (call: Call): Call =>
  async (...args) => {
    await nextTurn();
    return call(...args);
  };
