import { expect, test } from '@jest/globals';
import { sampleNow, samplePaid } from '../../../testing/payment/samples.ts';
import type { PayInstructions } from './payment.ts';
import { atVersion, type VersionedPayment } from './payment-versions.ts';

const instructions = { payUrl: 'https://pay.example/1' } as unknown as PayInstructions;
const payment: VersionedPayment = {
  ...samplePaid({ instructions }),
  version: 3,
  history: [
    { state: 'WAIT' },
    { state: 'WAIT', instructions },
    { state: 'SUCCESS', paidAt: sampleNow },
  ],
};

test('a payment as it began has neither instructions nor a time of payment', () => {
  const first = atVersion(payment, 1);
  expect(first).toMatchObject({ sn: 'PMT1', state: 'WAIT', version: 1 });
  expect(first.instructions).toBeUndefined();
  expect(first.paidAt).toBeUndefined();
});

test('a change leaves what it does not name as it was', () => {
  expect(atVersion(payment, 2)).toMatchObject({ state: 'WAIT', instructions, version: 2 });
  expect(atVersion(payment, 2).paidAt).toBeUndefined();
  expect(atVersion(payment, 3)).toMatchObject({ state: 'SUCCESS', instructions, version: 3 });
  expect(atVersion(payment, 3).paidAt).toEqual(sampleNow);
});
