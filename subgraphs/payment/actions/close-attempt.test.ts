import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  noLog,
  sampleNow,
  samplePayment,
  sampleProviders,
} from '../../../testing/payment/samples.ts';
import type { Payment } from '../domain/payment.ts';
import { type ProviderPayment, ProviderUnavailable } from '../domain/provider.ts';
import { type CloseAttemptNeeds, closeAttempt } from './close-attempt.ts';

/** What is kept of a payment whose provider, when it is to close it, answers this. */
async function kept(said: ProviderPayment, given: Partial<Payment> = {}) {
  const writes: unknown[] = [];
  const needs = {
    ...inNextTurn({
      endPayment: async (ended: object) => writes.push(ended),
      markPaid: async (sn: string) => writes.push(`${sn} paid`),
    }),
    providers: sampleProviders(inNextTurn({ close: async () => said })),
    log: noLog,
  } as unknown as CloseAttemptNeeds;
  await closeAttempt(needs, samplePayment(given));
  return writes;
}

const ended = (to: string, closedRef: string | null = null) => [{ sn: 'PMT1', to, closedRef }];
test.each<[string, ProviderPayment, unknown[]]>([
  ['closed', { state: 'CLOSED' }, ended('CLOSED')],
  ['failed', { state: 'FAILED' }, ended('FAILED')],
  ['unknown, so that nobody can pay it', { state: 'UNKNOWN' }, ended('CLOSED')],
  ['not decided', { state: 'WAIT' }, []],
  ['paid', { state: 'SUCCESS', amount: 10_000, currency: 'CNY', paidAt: sampleNow }, ['PMT1 paid']],
])('an attempt that is %s', async (_, said, writes) => {
  expect(await kept(said)).toEqual(writes);
});

test('the reference that was known when it was closed is kept with it', async () => {
  expect(await kept({ state: 'CLOSED' }, { providerRef: 'ref' })).toEqual(ended('CLOSED', 'ref'));
});

test('an attempt cannot be closed while its provider is switched off', async () => {
  await expect(kept({ state: 'CLOSED' }, { method: 'STRIPE' })).rejects.toEqual(
    new ProviderUnavailable('payment PMT1 waits, but STRIPE is switched off'),
  );
});
