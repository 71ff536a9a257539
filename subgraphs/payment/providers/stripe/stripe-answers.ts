import Stripe from 'stripe';
import { ProviderRefused, ProviderUnavailable } from '../../domain/provider.ts';

type Answer = { object: string };

/** The statuses with which Stripe says no to what was asked, and will say it again. */
const final = new Set([400, 402, 404]);

/**
 * Asks Stripe for something. Only Stripe's own no is a refusal: a proxy, a rate limit or a wrong
 * key may be gone the next time.
 * @param object what the answer must be, by Stripe's own name for it
 */
export async function asked<T extends Answer>(
  object: T['object'],
  ask: () => Promise<T>,
): Promise<T> {
  let answer: T;
  try {
    answer = await ask();
  } catch (error) {
    const { message } = error as Error;
    if (isRefusal(error)) throw new ProviderRefused(`Stripe refuses: ${message}`, { cause: error });
    throw new ProviderUnavailable(`Stripe does not answer: ${message}`, { cause: error });
  }
  // The client takes any JSON for an answer, such as that of a proxy.
  if (answer?.object !== object)
    throw new ProviderUnavailable(`Stripe answered something else than a ${object}`);
  return answer;
}

/**
 * Asks a question. No answer to it is a refusal: null if Stripe does not know what was asked about.
 */
export async function looked<T extends Answer>(
  object: T['object'],
  ask: () => Promise<T>,
): Promise<T | null> {
  try {
    return await asked(object, ask);
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    const { code, statusCode } = error.cause as Stripe.errors.StripeError;
    if (code === 'resource_missing' && statusCode === 404) return null;
    throw new ProviderUnavailable(error.message, { cause: error.cause });
  }
}

const isRefusal = (error: unknown): error is Stripe.errors.StripeError =>
  (error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeCardError) &&
  final.has(error.statusCode ?? 0);
