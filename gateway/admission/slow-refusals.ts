import { setTimeout as delay } from 'node:timers/promises';
import { GraphQLError } from 'graphql';

const delayMs = 500;
/** More than so many are not kept waiting: they are refused at once. */
const atMost = 1_000;

/**
 * Lets who has used up all wait for his refusal, so that sending again and again costs him time and
 * not us. `RateLimit` headers tell others before how much is left.
 */
export function slowRefusals(): <T>(work: () => Promise<T>) => Promise<T> {
  let waiting = 0;
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GraphQLError && error.extensions.code === 'TOO_MANY_REQUESTS')
        if (waiting < atMost) {
          waiting += 1;
          await delay(delayMs, undefined, { ref: false });
          waiting -= 1;
        }
      throw error;
    }
  };
}
