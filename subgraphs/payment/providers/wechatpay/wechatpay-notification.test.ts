import { expect, test } from '@jest/globals';
import { refundOf, tradeOf } from './wechatpay-notification.ts';

const trade = (trade_state: string) =>
  tradeOf({ out_trade_no: 'PMT', mchid: '1', trade_state, amount: { total: 5, currency: 'CNY' } });

test.each([
  ['SUCCESS', 'SUCCESS'],
  ['REFUND', 'SUCCESS'],
  ['NOTPAY', 'WAIT'],
  ['USERPAYING', 'WAIT'],
  ['ACCEPT', 'WAIT'],
  ['CLOSED', 'CLOSED'],
  ['REVOKED', 'CLOSED'],
  ['PAYERROR', 'FAILED'],
  ['a state of next year', 'WAIT'],
])('a trade that is %s counts as %s', (said, state) => {
  expect(trade(said)).toMatchObject({ state });
});

test('a trade that says nothing of its amount has paid nothing', () => {
  expect(tradeOf({ out_trade_no: 'PMT', mchid: '1', trade_state: 'SUCCESS' })).toMatchObject({
    amount: 0,
    currency: '',
  });
});

test.each([
  ['SUCCESS', 'SUCCESS'],
  ['PROCESSING', 'WAIT'],
  ['CLOSED', 'FAILED'],
  ['ABNORMAL', 'FAILED'],
  ['a state of next year', 'WAIT'],
])('a refund that is %s counts as %s', (status, state) => {
  expect(refundOf({ status })).toEqual({ state });
});
