import { expect, test } from '@jest/globals';
import { latestOf, type Payment } from './payment.ts';

const payment = (sn: string, given: Partial<Payment> = {}) => ({ sn, live: false, ...given });

test.each<[string, ReturnType<typeof payment>[], string | null]>([
  ['there is none', [], null],
  ['all are over: the latest', [payment('2'), payment('1')], '2'],
  ['one may still be paid', [payment('3'), payment('2', { live: true }), payment('1')], '2'],
  [
    'the order took the money of one that we had given up, while another was begun',
    [payment('2', { live: true }), payment('1', { orderAnswer: 'ACCEPTED' })],
    '1',
  ],
  [
    'the order refused the money of one',
    [payment('2'), payment('1', { orderAnswer: 'REFUSED' })],
    '2',
  ],
])('the payment that counts where %s', (_, payments, sn) => {
  expect(latestOf(payments)?.sn ?? null).toBe(sn);
});
