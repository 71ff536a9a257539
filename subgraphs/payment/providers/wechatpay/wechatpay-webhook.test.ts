import { createCipheriv, createSign, generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { readWechatpayWebhook, refundOf, tradeOf } from './wechatpay-webhook.ts';

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

test('a trade that was paid says how much; without a currency it is in yuan', () => {
  const { amount, ...unclear } = paid;
  expect(read({ content: { ...paid, amount: { total: amount.total } } })).toMatchObject({
    payment: { state: 'SUCCESS', amount: 500, currency: 'CNY' },
  });
  expect(read({ content: unclear })).toBeNull();
  expect(read({ content: { ...paid, amount: { total: 0 } } })).toBeNull();
  expect(read({ content: { ...paid, success_time: 'yesterday' } })).toBeNull();
  expect(read({ content: { ...unclear, trade_state: 'CLOSED' } })).toMatchObject({
    payment: { state: 'CLOSED' },
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

const platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = {
  merchantId: '1900000001',
  platformSerial: 'PUB_KEY_ID_01',
  platformKey: platform.publicKey,
  apiV3Key: 'an APIv3 key has 32 characters..',
};
const paid = {
  ...{
    out_trade_no: 'PMT',
    mchid: '1900000001',
    trade_state: 'SUCCESS',
    success_time: '2026-12-01T20:00:00+08:00',
  },
  amount: { total: 500, currency: 'CNY' },
};
const refundSn = 'RFD2026112700000012345678';
const refunded = {
  ...{
    mchid: '1900000001',
    out_trade_no: 'PMT',
    out_refund_no: refundSn,
    refund_status: 'SUCCESS',
  },
  amount: { total: 500, refund: 200 },
};

type Sent = {
  event?: string;
  content?: object;
  serial?: string;
  ageSeconds?: number;
  timestamp?: string;
  key?: string;
  /** What happens to the body after it was signed. */
  alter?: (body: string) => string;
};

/** A webhook in WeChat Pay's wire format, with what is wrong about it. */
function webhook({
  event = 'TRANSACTION.SUCCESS',
  content = paid,
  serial = 'PUB_KEY_ID_01',
  ...sent
}: Sent) {
  const { ageSeconds = 0, key = keys.apiV3Key, alter = (text) => text } = sent;
  const cipher = createCipheriv('aes-256-gcm', key, 'nonce of 12b').setAAD(
    Buffer.from('transaction'),
  );
  const secret = [cipher.update(JSON.stringify(content)), cipher.final(), cipher.getAuthTag()];
  const ciphertext = Buffer.concat(secret).toString('base64');
  const resource = {
    algorithm: 'AEAD_AES_256_GCM',
    ...{ ciphertext, nonce: 'nonce of 12b', associated_data: 'transaction' },
  };
  const body = JSON.stringify({ event_type: event, resource });
  const timestamp = sent.timestamp ?? String(Math.floor(Date.now() / 1_000) - ageSeconds);
  const signature = createSign('RSA-SHA256')
    .update(`${timestamp}\nabc\n${body}\n`)
    .sign(platform.privateKey, 'base64');
  const headers = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': 'abc',
    'wechatpay-signature': signature,
    'wechatpay-serial': serial,
  };
  return { headers, body: Buffer.from(alter(body)) };
}
const read = (sent: Sent = {}) => readWechatpayWebhook(webhook(sent), keys);

test('a webhook is verified, decrypted and read', () => {
  const payment = {
    state: 'SUCCESS',
    amount: 500,
    currency: 'CNY',
    paidAt: new Date('2026-12-01T12:00:00.000Z'),
  };
  expect(read()).toEqual({ about: 'payment', sn: 'PMT', payment });
  const refund = {
    about: 'refund',
    sn: refundSn,
    ref: refundSn,
    paymentSn: 'PMT',
    amount: 200,
    currency: 'CNY',
    refund: { state: 'SUCCESS' },
  };
  expect(read({ event: 'REFUND.SUCCESS', content: refunded })).toEqual(refund);
  expect(read({ event: 'COUPON.USE' })).toEqual({ about: 'nothing' });
  expect(read({ ageSeconds: 290 })).toBeDefined();
});

test('a refund that was made on the page of WeChat Pay is not one of ours', () => {
  const content = { ...refunded, out_refund_no: 'page-1' };
  expect(read({ event: 'REFUND.SUCCESS', content })).toMatchObject({
    sn: null,
    ref: 'page-1',
    paymentSn: 'PMT',
  });
});

test.each<[string, Sent]>([
  ['is five minutes old', { ageSeconds: 310 }],
  ['is from five minutes ahead', { ageSeconds: -310 }],
  ['has no time', { timestamp: '' }],
  ['has an invalid time', { timestamp: 'now' }],
  ['names another key than that of the platform', { serial: 'PUB_KEY_ID_02' }],
  ['was altered after it was signed', { alter: (body) => `${body} ` }],
  ['is for another merchant', { content: { ...paid, mchid: '1900000002' } }],
  [
    'tells another merchant of a refund',
    { event: 'REFUND.SUCCESS', content: { ...refunded, mchid: '2' } },
  ],
  ['is encrypted with another key', { key: 'x'.repeat(32) }],
  ['is not what a payment looks like', { content: { mchid: '1900000001' } }],
  ['is not what a refund looks like', { event: 'REFUND.SUCCESS' }],
])('a webhook that %s is not genuine', (_, sent) => {
  expect(read(sent)).toBeNull();
});

test('a webhook without headers or with an invalid signature is refused', () => {
  const { headers, body } = webhook({});
  expect(readWechatpayWebhook({ headers: {}, body }, keys)).toBeNull();
  const unsigned = { ...headers, 'wechatpay-signature': '!' };
  expect(readWechatpayWebhook({ headers: unsigned, body }, keys)).toBeNull();
});
