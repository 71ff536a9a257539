import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { sampleNow, samplePayment } from '../../../testing/payment/samples.ts';
import type { Payment } from '../domain/payment.ts';
import type { ProviderPayment } from '../domain/provider.ts';
import { type RecordPaymentNeeds, recordPayment } from './record-payment.ts';

/** What is written if a provider says this, whether it is news, and what the log says. */
async function recorded(said: ProviderPayment, isNew: boolean, closedRef?: string | null) {
  const writes: unknown[] = [];
  const logged: string[] = [];
  const payment = samplePayment();
  const write = (...what: unknown[]): Payment | null => {
    writes.push(what);
    return isNew ? payment : null;
  };
  const needs: RecordPaymentNeeds = {
    ...inNextTurn({
      now: async () => sampleNow,
      markPaid: async (sn: string, arrived: object) => write('paid', sn, arrived),
      returnOtherMoney: async (sn: string, { received }: { received: object }) =>
        write('returned', sn, received),
      endPayment: async (ended: object) => write('ended', ended),
    }),
    log: {
      error: (_: object, text: string) => logged.push(`error: ${text}`),
    } as never,
  };
  const changed = await recordPayment(needs, payment, said, closedRef);
  return { changed, writes, logged };
}

const success = (amount = 10_000, currency = 'CNY'): ProviderPayment => ({
  ...{ state: 'SUCCESS', amount, currency, paidAt: sampleNow, providerRef: 'ref' },
});

test.each([
  'WAIT',
  'UNKNOWN',
] as const)('a payment that is %s there stays as it is', async (state) => {
  expect(await recorded({ state }, true)).toEqual({ changed: false, writes: [], logged: [] });
});

test.each([true, false])('how an attempt ended is kept; that it is news: %s', async (isNew) => {
  for (const state of ['FAILED', 'CLOSED'] as const) {
    const { changed, writes } = await recorded({ state }, isNew);
    expect(changed).toBe(isNew);
    expect(writes).toStrictEqual([['ended', { sn: 'PMT1', to: state }]]);
  }
});

test.each([null, 'ref'])('an attempt that we closed is kept with the reference %s', async (ref) => {
  const { writes } = await recorded({ state: 'CLOSED' }, true, ref);
  expect(writes).toEqual([['ended', { sn: 'PMT1', to: 'CLOSED', closedRef: ref }]]);
});

const error = ['error: another amount has arrived'];
test.each<[string, ProviderPayment, 'paid' | 'returned', string[]]>([
  ['the right amount', success(), 'paid', []],
  ['another amount', success(9_999), 'returned', error],
  ['another currency', success(10_000, 'JPY'), 'returned', error],
])('money of %s is kept, once, and logged', async (_, said, write, lines) => {
  const first = await recorded(said, true);
  expect(first).toMatchObject({ changed: true, writes: [[write, 'PMT1', {}]], logged: lines });
  const again = await recorded(said, false);
  expect(again).toMatchObject({ changed: false, writes: [[write, 'PMT1', {}]], logged: [] });
});

test('what arrived is kept with its time and the provider’s reference', async () => {
  const received = { amount: 10_000, currency: 'CNY' };
  const arrived = { received, paidAt: sampleNow, providerRef: 'ref' };
  expect((await recorded(success(), true)).writes).toEqual([['paid', 'PMT1', arrived]]);
});
