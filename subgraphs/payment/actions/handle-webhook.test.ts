import { expect, test } from '@jest/globals';
import type { Notification, Provider } from '../providers/provider.ts';
import { handleNotification } from './handle-webhook.ts';
import type { Needs } from './needs.ts';

/** What becomes of a notification of `sandbox` in a service that has one payment and one refund, of these methods. */
async function handled(said: Notification | undefined, method = 'SANDBOX') {
  const changes: string[] = [];
  const changed = (what: string) => async () => {
    changes.push(what);
    return {};
  };
  const payment = { sn: 'PMT', method, amount: 500, currency: 'CNY' };
  const refund = { sn: 'RFD', paymentSn: 'PMT', amount: 200, currency: 'CNY' };
  const needs = {
    payments: {
      find: async (sn: string) => (sn === 'PMT' ? payment : undefined),
      ...{ succeed: changed('paid'), fail: changed('failed'), close: changed('closed') },
    },
    refunds: {
      find: async (sn: string) => (sn === 'RFD' ? refund : undefined),
      advance: changed('on its way'),
    },
    step: async () => {},
    log: { info() {}, error() {} },
  } as unknown as Needs;
  const provider = { name: 'sandbox', methods: ['SANDBOX'], readNotification: async () => said };
  const raw = { headers: {}, body: Buffer.from('') };
  return [
    await handleNotification(needs, provider as unknown as Provider & { name: string }, raw),
    changes,
  ];
}

const paid = (given: object = {}): Notification => ({
  about: 'payment',
  sn: 'PMT',
  payment: { state: 'SUCCESS', amount: 500, currency: 'CNY', paidAt: new Date(), ...given },
});
const refunded = (given: object = {}): Notification => ({
  ...{ about: 'refund', sn: 'RFD', amount: 200, currency: 'CNY', refund: { state: 'WAIT' } },
  ...given,
});

test.each<[string, Notification | undefined, string, string[]]>([
  ['nobody has signed', undefined, 'forged', []],
  ['is about something else', { about: 'nothing' }, 'ignored', []],
  ['tells of money', paid(), 'taken', ['paid']],
  ['tells of less money', paid({ amount: 499 }), 'wrong money', []],
  ['tells of more money', paid({ amount: 501 }), 'wrong money', []],
  ['tells of other money', paid({ currency: 'JPY' }), 'wrong money', []],
  ['tells of an unknown payment', { ...paid(), sn: 'PMT2' } as Notification, 'unknown', []],
  [
    'says that it failed',
    { about: 'payment', sn: 'PMT', payment: { state: 'FAILED' } },
    'taken',
    ['failed'],
  ],
  ['says that it waits', { about: 'payment', sn: 'PMT', payment: { state: 'WAIT' } }, 'taken', []],
  ['tells of a refund', refunded(), 'taken', ['on its way']],
  ['tells of a refund of another amount', refunded({ amount: 201 }), 'wrong money', []],
  ['tells of a refund of other money', refunded({ currency: 'USD' }), 'wrong money', []],
  ['tells of an unknown refund', refunded({ sn: 'RFD2' }), 'unknown', []],
])('a notification that %s', async (_, said, outcome, changes) => {
  expect(await handled(said)).toEqual([outcome, changes]);
});

test('a provider speaks of its own payments alone', async () => {
  expect(await handled(paid(), 'STRIPE')).toEqual(['unknown', []]);
  expect(await handled(refunded(), 'STRIPE')).toEqual(['unknown', []]);
});
