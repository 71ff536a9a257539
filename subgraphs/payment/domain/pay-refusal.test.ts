import { expect, test } from '@jest/globals';
import { sampleOrderToPay } from '../../../testing/payment/samples.ts';
import { payRefused, whyNotPayable } from './pay-refusal.ts';

test.each([
  ['its traveller, in time', sampleOrderToPay(), 'ana', null],
  ['nobody, if there is no such order', null, 'ana', 'ORDER_UNKNOWN'],
  ['not somebody else', sampleOrderToPay(), 'ben', 'ORDER_UNKNOWN'],
  ['not its host', sampleOrderToPay(), 'hana', 'ORDER_UNKNOWN'],
  ['not any more', sampleOrderToPay({ payable: false }), 'ana', 'ORDER_NOT_PAYABLE'],
  ['not after its deadline', sampleOrderToPay({ overdue: true }), 'ana', 'DEADLINE_PASSED'],
  [
    'not any more, and the deadline has passed',
    sampleOrderToPay({ payable: false, overdue: true }),
    'ana',
    'ORDER_NOT_PAYABLE',
  ],
])('an order can be paid: %s', (_, order, userId, refusal) => {
  expect(whyNotPayable(order, userId)).toBe(refusal);
});

test('a refusal has a sentence for a user', () => {
  expect(payRefused('AMOUNT_NOT_OFFERED')).toMatchObject({
    reason: 'AMOUNT_NOT_OFFERED',
    message: expect.stringMatching(/\.$/),
  });
});
