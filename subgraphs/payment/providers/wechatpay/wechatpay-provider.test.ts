import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Simulator } from '../../../../testing/providers/simulator.ts';
import {
  startWechatpaySimulator,
  wechatpayKeys,
} from '../../../../testing/providers/wechatpay-simulator.ts';
import { type Provider, ProviderUnavailable } from '../../domain/provider.ts';
import { wechatpayProvider } from './wechatpay-provider.ts';

let provider: Provider;
let simulator: Simulator;
const keys = wechatpayKeys();
beforeAll(async () => {
  simulator = await startWechatpaySimulator(keys);
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  provider = wechatpayProvider({
    ...keys,
    merchantKey: keys.merchant.privateKey.export(pem) as string,
    platformKey: keys.platform.publicKey.export({ ...pem, type: 'spki' }) as string,
    url: simulator.url,
    webhookUrl: () => 'http://us',
    timeoutMs: 10_000,
  });
});
afterAll(async () => {
  await provider?.stop();
  await simulator?.stop();
});

const payment = {
  ...{ sn: 'PMT', method: 'WECHAT_NATIVE' as const, amount: 500, currency: 'CNY' },
  ...{ description: 'Lake house', payBefore: new Date() },
};
const refund = { sn: 'RFD', payment, amount: 1, reason: '' };
const questions: Record<string, () => Promise<unknown>> = {
  begin: () => provider.begin(payment, 'http://us'),
  'begin in WeChat': () =>
    provider.begin({ ...payment, method: 'WECHAT_JSAPI', payerId: 'openid' }, 'http://us'),
  query: () => provider.query(payment),
  refund: () => provider.refund(refund),
  'query a refund': () => provider.queryRefund(refund),
};
const paid = { out_trade_no: 'PMT', mchid: keys.merchantId, trade_state: 'SUCCESS' };

test.each(
  Object.entries(questions),
)('%s: what makes no sense is as good as no answer', async (_, ask) => {
  for (const content of [{}, { code_url: '', prepay_id: '' }, { status: 200 }, paid]) {
    simulator.behaves.failNext.push({ status: 200, content });
    await expect(ask()).rejects.toThrow(ProviderUnavailable);
  }
});

test('a trade that says nothing of its currency was paid in yuan', async () => {
  const content = { ...paid, amount: { total: 500, payer_total: 500 } };
  simulator.behaves.failNext.push({ status: 200, content });
  expect(await provider.query(payment)).toMatchObject({
    ...{ state: 'SUCCESS', amount: 500, currency: 'CNY' },
  });
});
