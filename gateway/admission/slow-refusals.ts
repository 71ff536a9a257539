import { setTimeout as delay } from 'node:timers/promises';
import { GraphQLError } from 'graphql';

const delayMs = 500;
/** More than so many are not kept waiting: they are refused at once. */
const atMost = 1_000;

/**
 * Lets who has used up all wait for his refusal, so that sending again and again costs him time and
 * not us. `RateLimit` headers tell others before how much is left.
 * @returns what is to be waited for before an error is thrown
 */
export function slowRefusals(): (error: unknown) => Promise<void> {
  let waiting = 0;
  return async (error) => {
    if (!(error instanceof GraphQLError) || error.extensions.code !== 'TOO_MANY_REQUESTS') return;
    if (waiting >= atMost) return;
    waiting += 1;
    await delay(delayMs, undefined, { ref: false });
    waiting -= 1;
  };
}
