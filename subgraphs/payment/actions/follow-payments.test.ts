import { expect, test } from '@jest/globals';
import type { PaymentChange, VersionedPayment } from '../domain/payment-versions.ts';
import { followPayments } from './follow-payments.ts';

const url = { url: 'https://pay.example' };
const paidAt = new Date('2026-12-01T04:00:00.000Z');
const history: PaymentChange[] = [
  { state: 'WAIT' },
  { state: 'WAIT', instructions: url },
  { state: 'SUCCESS', paidAt },
  { state: 'REFUNDING' },
  { state: 'REFUNDED' },
];

/** A payment after its first `version` changes, created in the second `begun`. */
const paymentAt = (version: number, sn = 'PMT1', begun = 1): VersionedPayment => ({
  ...{
    sn,
    orderSn: 'HSO1',
    travellerId: 'an',
    hostId: 'host',
    method: 'SANDBOX',
    amount: 100,
    currency: 'CNY',
  },
  ...{ description: '', live: true, refunded: 0, payBefore: paidAt, changedAt: paidAt },
  createdAt: new Date(begun * 1_000),
  ...(Object.assign({}, ...history.slice(0, version)) as PaymentChange),
  history: history.slice(0, version),
  version,
});

/** What a subscriber receives: a list is what is stored at a look, a payment is a change. */
async function followed(
  steps: (VersionedPayment[] | VersionedPayment)[],
  seen: Record<string, number> = {},
) {
  let [stored] = steps as [VersionedPayment[]];
  let tell: (payment: VersionedPayment | null | undefined) => void = () => {};
  const needs = {
    versionsOfOrder: async () => stored,
    orderToPay: async () => ({ travellerId: 'an', hostId: 'host' }),
    onPaymentChange: (_: string, onChange: typeof tell) => {
      tell = onChange;
      return () => {};
    },
  };
  const queue = followPayments(needs, 'an', 'HSO1', seen);
  const got: string[] = [];
  const reading = (async () => {
    for await (const { sn, version, state } of queue) got.push(`${sn} ${version} ${state}`);
  })();
  for (const step of steps.slice(1)) {
    await new Promise(setImmediate);
    if (Array.isArray(step)) stored = step;
    tell(Array.isArray(step) ? undefined : step);
  }
  await new Promise(setImmediate);
  await queue.return?.();
  await reading;
  return got;
}

test('the current state comes first, then every change, even if several arrive as one', async () => {
  expect(await followed([[paymentAt(2)], paymentAt(3), paymentAt(5)])).toEqual([
    'PMT1 2 WAIT',
    'PMT1 3 SUCCESS',
    'PMT1 4 REFUNDING',
    'PMT1 5 REFUNDED',
  ]);
});

test('a change that arrives twice, or late, is shown once', async () => {
  expect(await followed([[paymentAt(1)], paymentAt(3), paymentAt(3), paymentAt(2)])).toEqual([
    'PMT1 1 WAIT',
    'PMT1 2 WAIT',
    'PMT1 3 SUCCESS',
  ]);
});

test('a subscriber that was away receives what it has not seen, and all of payments begun meanwhile', async () => {
  const stored = [paymentAt(2, 'PMT3', 3), paymentAt(5, 'PMT2', 2), paymentAt(1, 'PMT1', 1)];
  expect(await followed([stored], { PMT2: 4 })).toEqual([
    'PMT2 5 REFUNDED',
    'PMT3 1 WAIT',
    'PMT3 2 WAIT',
  ]);
});

test('of several payments only the latest is shown at first, as it is now', async () => {
  const stored = [paymentAt(2, 'PMT2', 2), { ...paymentAt(5), live: false }];
  expect(await followed([stored])).toEqual(['PMT2 2 WAIT']);
});

test('a traveller who has not begun to pay sees the first payment once it begins', async () => {
  expect(await followed([[], [paymentAt(1)]])).toEqual(['PMT1 1 WAIT']);
});

test.each<[string, VersionedPayment[], { travellerId: string; hostId: string } | null]>([
  ['an order that is paid', [paymentAt(3)], null],
  ['an order without payments', [], { travellerId: 'an', hostId: 'host' }],
  ['no order', [], null],
])('a stranger is refused %s', async (_, stored, order) => {
  const needs = {
    versionsOfOrder: async () => stored,
    orderToPay: async () => order,
    onPaymentChange: () => () => {},
  };
  const first = followPayments(needs, 'stranger', 'HSO1', {}).next();
  await expect(first).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
});

test('missed changes are found by looking again', async () => {
  expect(await followed([[paymentAt(1)], [paymentAt(2, 'PMT2', 2), paymentAt(3)]])).toEqual([
    'PMT1 1 WAIT',
    'PMT1 2 WAIT',
    'PMT1 3 SUCCESS',
    'PMT2 1 WAIT',
    'PMT2 2 WAIT',
  ]);
});

test('an earlier version of a payment has no time of payment', async () => {
  const got: (Date | undefined)[] = [];
  const needs = {
    versionsOfOrder: async () => [paymentAt(3)],
    orderToPay: async () => null,
    onPaymentChange: () => () => {},
  };
  const queue = followPayments(needs, 'an', 'HSO1', { PMT1: 1 });
  for await (const payment of queue) {
    got.push(payment.paidAt);
    if (got.length === 2) break;
  }
  expect(got).toEqual([undefined, paidAt]);
});
