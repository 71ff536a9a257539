import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signatureHeaders } from '../../../../runtime/sandbox-signature.ts';
import { type Served, serve } from '../../../../testing/serve.ts';
import { type Provider, ProviderRefused, ProviderUnavailable } from '../../domain/provider.ts';
import { sandboxProvider } from './sandbox-provider.ts';

let answer: { status: number; text: string };
let provider: Provider;
let server: Served;
beforeAll(async () => {
  server = await serve((_request, response) => response.writeHead(answer.status).end(answer.text));
  provider = sandboxProvider({
    url: server.url,
    secrets: ['a secret'],
    timeoutMs: 1_000,
  });
});
afterAll(async () => {
  await provider?.stop();
  await server?.stop();
});

const payment = {
  sn: 'PMT',
  method: 'SANDBOX' as const,
  amount: 1,
  currency: 'CNY',
  description: '',
  payBefore: new Date(),
};
const refund = { sn: 'RFD', payment, amount: 1, reason: '' };
const questions: Record<string, () => Promise<unknown>> = {
  begin: () => provider.begin(payment, 'http://us'),
  query: () => provider.query(payment),
  close: () => provider.close(payment),
  refund: () => provider.refund(refund),
  'query a refund': () => provider.queryRefund(refund),
};

test.each(
  Object.entries(questions),
)('%s: what makes no sense is as good as no answer', async (_, ask) => {
  for (const text of ['', '<html>', '{}', '{"state":"PAID"}', 'null']) {
    answer = { status: 200, text };
    await expect(ask()).rejects.toThrow(ProviderUnavailable);
  }
});

test.each(
  Object.entries(questions),
)('%s: a fault, a limit, a wrong key and a proxy are asked again', async (_, ask) => {
  const problem = '{"error":"not now"}';
  for (const status of [500, 503, 429, 425, 409, 408, 403, 401]) {
    answer = { status, text: problem };
    await expect(ask()).rejects.toThrow(ProviderUnavailable);
  }
  for (const status of [400, 404, 422]) {
    answer = { status, text: '<html>a proxy</html>' };
    await expect(ask()).rejects.toThrow(ProviderUnavailable);
  }
});

test('the sandbox says no to what it is asked, and knows nothing of what is unknown', async () => {
  for (const status of [400, 422]) {
    answer = { status, text: '{"error":"no"}' };
    await expect(questions.begin?.()).rejects.toThrow(ProviderRefused);
    await expect(questions.refund?.()).rejects.toThrow(ProviderRefused);
  }
  answer = { status: 404, text: '{"error":"unknown"}' };
  expect(await provider.query(payment)).toEqual({ state: 'UNKNOWN' });
  expect(await provider.queryRefund(refund)).toEqual({ state: 'UNKNOWN' });
});

test.each([
  { payments: [{ sn: 'PMT1', state: 'WAIT', payUrl: '' }], refunds: [] },
  {
    payments: [],
    refunds: [{ ref: 'r1', paymentSn: 'PMT1', amount: 1, currency: 'CNY', state: 'WAIT' }],
  },
])('a list that repeats its page for ever is given up', async (page) => {
  answer = { status: 200, text: JSON.stringify(page) };
  const readAll = async () => {
    for await (const _ of provider.facts?.(new Date()) as AsyncIterable<unknown>);
  };
  await expect(readAll()).rejects.toThrow(ProviderUnavailable);
});

test.each<[string, unknown]>([
  ['{"about":"dispute","sn":"PMT"}', { about: 'nothing' }],
  ['{"about":"payment","sn":"PMT"}', null],
  ['{"sn":"PMT"}', null],
  ['[{"about":"dispute"}]', null],
  ['no JSON', null],
])('a signed webhook %s is read as %j', async (text, fact) => {
  const body = Buffer.from(text);
  const headers = signatureHeaders(['a secret'], body, new Date());
  expect(await provider.readWebhook({ headers, body })).toEqual(fact);
});
