import { expect, test } from '@jest/globals';
import { sampleNow, samplePaid } from '../../../testing/payment/samples.ts';
import { isRefundSn, isStuck, newRefund, refundByProvider, retryDelayMs } from './refund.ts';

test.each([
  [0, 1_000],
  [1, 2_000],
  [5, 32_000],
  [11, 2_048_000],
  [12, 3_600_000],
  [60, 3_600_000],
])('after %i tries the next one waits %i ms', (attempts, ms) => {
  expect(retryDelayMs(attempts)).toBe(ms);
});

const payment = samplePaid({ received: { amount: 9_999, currency: 'JPY' } });
const wanted = { payment, amount: 100, reason: 'Why', cause: 'HOST' as const };

test('a refund that ends the stay waits for the order; one that does not is ready to be sent', () => {
  const ending = newRefund({ ...wanted, endsStay: true, idempotencyKey: 'k' }, 'RFD1', sampleNow);
  expect(ending).toEqual({
    sn: 'RFD1',
    paymentSn: 'PMT1',
    orderSn: 'HSO1',
    travellerId: 'ana',
    hostId: 'hana',
    amount: 100,
    currency: 'JPY',
    reason: 'Why',
    cause: 'HOST',
    endsStay: true,
    idempotencyKey: 'k',
    state: 'REQUESTED',
    open: true,
    createdAt: sampleNow,
    orderTold: false,
    attempts: 0,
    nextTryAt: sampleNow,
  });
  const part = newRefund({ ...wanted, endsStay: false }, 'RFD2', sampleNow);
  expect(part).toMatchObject({ state: 'APPROVED', orderTold: true, endsStay: false });
  expect(part).not.toHaveProperty('idempotencyKey');
  expect(part).not.toHaveProperty('ofAll');
  for (const ofAll of [true, false])
    expect(newRefund({ ...wanted, endsStay: false, ofAll }, 'RFD2', sampleNow).ofAll).toBe(ofAll);
});

test('a refund that the provider made by itself has happened', () => {
  const made = { amount: 7, providerRef: 're_1', reason: 'At the provider.' };
  expect(refundByProvider(payment, made, 'RFD3', sampleNow)).toMatchObject({
    ...made,
    cause: 'PROVIDER',
    endsStay: false,
    state: 'SUCCESS',
    open: false,
    settledAt: sampleNow,
    orderTold: true,
  });
});

test.each([
  ['RFD2026112700000012345678', true],
  ['PMT2026112700000012345678', false],
  ['RFD202611270000001234567', false],
  ['xRFD2026112700000012345678', false],
  ['RFD2026112700000012345678x', false],
])('%s is one of our refunds: %s', (sn, ours) => {
  expect(isRefundSn(sn)).toBe(ours);
});

test.each([
  ['for a day', 86_400_000, false],
  ['for longer than a day', 86_400_001, true],
])('a refund that has been open %s, %i ms, is stuck: %s', (_, ms, stuck) => {
  expect(isStuck({ createdAt: new Date(sampleNow.getTime() - ms) }, sampleNow)).toBe(stuck);
});
