import { expect, test } from '@jest/globals';
import type { PaymentChange, VersionedPayment } from '../domain/payment.ts';
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

/** A payment as its first `version` changes left it, begun in the second `begun`. */
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

/** What a subscriber gets while the payments are as they are told to be, one step after the other. */
async function followed(
  steps: (VersionedPayment[] | VersionedPayment)[],
  seen: Record<string, number> = {},
) {
  let [stored] = steps as [VersionedPayment[]];
  let tell: (payment: VersionedPayment | undefined) => void = () => {};
  const needs = {
    payments: { versionsOfOrder: async () => stored },
    orders: { toPay: async () => ({ travellerId: 'an', hostId: 'host' }) },
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

test('the present comes first, then every change, though several are told as one', async () => {
  expect(await followed([[paymentAt(2)], paymentAt(3), paymentAt(5)])).toEqual([
    'PMT1 2 WAIT',
    'PMT1 3 SUCCESS',
    'PMT1 4 REFUNDING',
    'PMT1 5 REFUNDED',
  ]);
});

test('a change that is told twice, or late, shows once', async () => {
  expect(await followed([[paymentAt(1)], paymentAt(3), paymentAt(3), paymentAt(2)])).toEqual([
    'PMT1 1 WAIT',
    'PMT1 2 WAIT',
    'PMT1 3 SUCCESS',
  ]);
});

test('who was away gets what it has not seen, and payments begun meanwhile from their beginning', async () => {
  const stored = [paymentAt(2, 'PMT3', 3), paymentAt(5, 'PMT2', 2), paymentAt(1, 'PMT1', 1)];
  expect(await followed([stored], { PMT2: 4 })).toEqual([
    'PMT2 5 REFUNDED',
    'PMT3 1 WAIT',
    'PMT3 2 WAIT',
  ]);
});

test('what may have been missed is looked for', async () => {
  expect(await followed([[paymentAt(1)], [paymentAt(2, 'PMT2', 2), paymentAt(3)]])).toEqual([
    'PMT1 1 WAIT',
    'PMT1 2 WAIT',
    'PMT1 3 SUCCESS',
    'PMT2 1 WAIT',
    'PMT2 2 WAIT',
  ]);
});

test('a payment as it was before it was paid has no time of payment', async () => {
  const got: (Date | undefined)[] = [];
  const needs = {
    payments: { versionsOfOrder: async () => [paymentAt(3)] },
    orders: { toPay: async () => undefined },
    onPaymentChange: () => () => {},
  };
  const queue = followPayments(needs, 'an', 'HSO1', { PMT1: 1 });
  for await (const payment of queue) {
    got.push(payment.paidAt);
    if (got.length === 2) break;
  }
  expect(got).toEqual([undefined, paidAt]);
});
