import { expect, test } from '@jest/globals';
import { noLog, samplePayment, sampleRefund } from '../../../testing/payment/samples.ts';
import type { PayMethod } from '../domain/payment.ts';
import type { NamedProvider, Webhook } from '../domain/provider.ts';
import { handleWebhook } from './handle-webhook.ts';

/** What becomes of a webhook of the sandbox, and which changes it makes to one payment and one refund. */
async function handled(webhook: Webhook | null, method: PayMethod = 'SANDBOX') {
  const changes: string[] = [];
  const payment = samplePayment({ method });
  const refund = sampleRefund({ amount: 200 });
  const change =
    <Result>(what: string, result: Result) =>
    async () => {
      changes.push(what);
      return result;
    };
  const needs = {
    now: async () => new Date(),
    payment: async (sn: string) => (sn === 'PMT1' ? payment : null),
    refund: async (sn: string) => (sn === 'RFD1' ? refund : null),
    markPaid: change('paid', payment),
    endPayment: async (_: string, to: string) => {
      changes.push(to);
      return payment;
    },
    moveRefund: change('sent', refund),
    succeedRefund: change('refunded', refund),
    failRefund: change('refund failed', refund),
    log: noLog,
  };
  const provider = { name: 'sandbox', methods: ['SANDBOX'], readWebhook: async () => webhook };
  const raw = { headers: {}, body: Buffer.from('') };
  return [await handleWebhook(needs, provider as unknown as NamedProvider, raw), changes];
}

const paid = (given: object = {}): Webhook => ({
  about: 'payment',
  sn: 'PMT1',
  payment: { state: 'SUCCESS', amount: 10_000, currency: 'CNY', paidAt: new Date(), ...given },
});
const payment = (state: 'WAIT' | 'FAILED' | 'CLOSED'): Webhook => ({
  ...{ about: 'payment', sn: 'PMT1', payment: { state } },
});
const refund = (state: 'WAIT' | 'SUCCESS' | 'FAILED', given: object = {}): Webhook => ({
  ...{ about: 'refund', sn: 'RFD1', amount: 200, currency: 'CNY', refund: { state } },
  ...given,
});

test.each<[string, Webhook | null, string, string[]]>([
  ['without a valid signature', null, 'forged', []],
  ['about something else', { about: 'nothing' }, 'ignored', []],
  ['about money', paid(), 'handled', ['paid']],
  ['about less money', paid({ amount: 9_999 }), 'wrong money', []],
  ['about more money', paid({ amount: 10_001 }), 'wrong money', []],
  ['about money in another currency', paid({ currency: 'JPY' }), 'wrong money', []],
  ['about an unknown payment', { ...paid(), sn: 'PMT2' } as Webhook, 'unknown', []],
  ['about a failed payment', payment('FAILED'), 'handled', ['FAILED']],
  ['about a closed payment', payment('CLOSED'), 'handled', ['CLOSED']],
  ['about a waiting payment', payment('WAIT'), 'handled', []],
  ['about a waiting refund', refund('WAIT'), 'handled', ['sent']],
  ['about a refund that succeeded', refund('SUCCESS'), 'handled', ['refunded']],
  ['about a refund that failed', refund('FAILED'), 'handled', ['refund failed']],
  ['about a refund of another amount', refund('WAIT', { amount: 201 }), 'wrong money', []],
  ['about a refund in another currency', refund('WAIT', { currency: 'USD' }), 'wrong money', []],
  ['about an unknown refund', refund('WAIT', { sn: 'RFD2' }), 'unknown', []],
])('a webhook %s', async (_, webhook, outcome, changes) => {
  expect(await handled(webhook)).toEqual([outcome, changes]);
});

test('a provider can change its own payments only', async () => {
  expect(await handled(paid(), 'STRIPE')).toEqual(['unknown', []]);
  expect(await handled(refund('SUCCESS'), 'STRIPE')).toEqual(['unknown', []]);
});
