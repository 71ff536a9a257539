import { expect, test } from '@jest/globals';
import { samplePaid, sampleRefund } from '../../../testing/payment/samples.ts';
import { paidEmail, refundedEmail } from './email.ts';

test('the email about a payment', () => {
  expect(paidEmail(samplePaid())).toEqual({
    id: 'paid:PMT1',
    to: 'TRAVELLER',
    travellerId: 'ana',
    orderSn: 'HSO1',
    subject: 'Your stay is booked: Lake house, 2026-12-10 to 2026-12-11',
    text: `Your payment of CN¥100.00 has arrived. Your order HSO1 is confirmed.

Lake house, 2026-12-10 to 2026-12-11`,
  });
});

test('the email about a refund', () => {
  expect(refundedEmail(sampleRefund({ amount: 2_500_000, currency: 'HUF' }))).toEqual({
    id: 'refunded:RFD1',
    to: 'TRAVELLER',
    travellerId: 'ana',
    orderSn: 'HSO1',
    subject: 'Your refund for order HSO1',
    text: `We have refunded HUF\u00a025,000.00 of your order HSO1.

Plans have changed.`,
  });
});
