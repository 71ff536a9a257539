import { describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { ProviderRefused, ProviderUnavailable } from '../../domain/provider.ts';
import { asked, looked } from './stripe-answers.ts';

type Refund = { object: string };
const { StripeInvalidRequestError, StripeRateLimitError, StripeAuthenticationError } =
  Stripe.errors;
const thrown = (error: Error) => () => Promise.reject<Refund>(error);
const raw = (statusCode: number, code?: string) =>
  ({ message: 'answered', statusCode, code, type: 'invalid_request_error' }) as never;

describe('A2: only Stripe’s own no is a refusal', () => {
  test.each<[string, () => Promise<Refund>]>([
    ['a limit', thrown(new StripeRateLimitError(raw(429)))],
    ['a wrong key', thrown(new StripeAuthenticationError(raw(401)))],
    ['a conflict of keys', thrown(new StripeInvalidRequestError(raw(409)))],
    ['a request that is too early', thrown(new StripeInvalidRequestError(raw(425)))],
    ['no answer', thrown(new Error('connect ECONNREFUSED'))],
    ['the JSON of a proxy', async () => ({ code: 7 }) as never],
    ['another thing than was asked for', async () => ({ object: 'error' })],
  ])('%s is none, whatever was asked', async (_, ask) => {
    await expect(asked('refund', ask)).rejects.toThrow(ProviderUnavailable);
    await expect(looked('refund', ask)).rejects.toThrow(ProviderUnavailable);
  });

  test('a no to what was asked is one, but not to a question', async () => {
    const refused = thrown(new StripeInvalidRequestError(raw(400, 'charge_already_refunded')));
    await expect(asked('refund', refused)).rejects.toThrow(ProviderRefused);
    await expect(looked('refund', refused)).rejects.toThrow(ProviderUnavailable);
  });

  test('what Stripe does not know is null to a question', async () => {
    const missing = thrown(new StripeInvalidRequestError(raw(404, 'resource_missing')));
    expect(await looked('refund', missing)).toBeNull();
  });
});
