import { expect, test } from '@jest/globals';
import { orderOf, refundContent } from './wechatpay-content.ts';

const payment = {
  ...{ sn: 'PMT1', method: 'WECHAT_NATIVE' as const, amount: 10_000, currency: 'CNY' },
  payBefore: new Date('2026-12-01T12:20:00.999Z'),
};

test('a trade is to be paid in fen, before its deadline in UTC', () => {
  expect(orderOf({ ...payment, description: 'Lake house' })).toEqual({
    out_trade_no: 'PMT1',
    description: 'Lake house',
    time_expire: '2026-12-01T12:20:00+00:00',
    amount: { total: 10_000, currency: 'CNY' },
  });
});

test.each([
  ['a title of 119 letters and an emoji', `${'x'.repeat(119)}🏠`, 'x'.repeat(119)],
  ['a title with half an emoji', 'Lake \ud83d', 'Lake \ufffd'],
  ['a title that just fits', `${'x'.repeat(118)}🏠`, `${'x'.repeat(118)}🏠`],
])('F15: WeChat is sent whole characters: %s', (_, description, sent) => {
  expect(orderOf({ ...payment, description }).description).toBe(sent);
});

test.each([
  ['79 letters and an emoji', `${'x'.repeat(79)}🏠`, 'x'.repeat(79)],
  ['half an emoji', 'No \ud83d', 'No \ufffd'],
])('F15: so is the reason of a refund: %s', (_, reason, sent) => {
  const refund = refundContent({ sn: 'RFD1', payment, amount: 4_000, reason }, 'https://us');
  expect(refund).toEqual({
    ...{ out_trade_no: 'PMT1', out_refund_no: 'RFD1', reason: sent, notify_url: 'https://us' },
    amount: { refund: 4_000, total: 10_000, currency: 'CNY' },
  });
});
