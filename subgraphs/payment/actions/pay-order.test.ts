import { describe, expect, test } from '@jest/globals';
import { isRefused } from '../../../runtime/refusal.ts';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  noLog,
  sampleNow,
  sampleOrderToPay,
  samplePayment,
  sampleProviders,
} from '../../../testing/payment/samples.ts';
import { isPaymentSn, type OrderToPay, type Payment } from '../domain/payment.ts';
import {
  type Begun,
  type Provider,
  type ProviderPayment,
  ProviderRefused,
  ProviderUnavailable,
} from '../domain/provider.ts';
import { type PayOrderInput, type PayOrderNeeds, payOrder } from './pay-order.ts';

const begun: Begun = { providerRef: 'ref', instructions: { url: 'https://pay.example/1' } };
const methods = ['SANDBOX', 'WECHAT_JSAPI', 'WECHAT_NATIVE'] as const;

type Given = Partial<PayOrderNeeds> & {
  order?: OrderToPay | null;
  /** What is stored before. */
  payments?: Payment[];
  provider?: Partial<Provider>;
  closes?: ProviderPayment;
};

/** A service that keeps these payments, and a log of what it does. */
function service({ order = sampleOrderToPay(), payments = [], closes, ...given }: Given) {
  const done: string[] = [];
  const stored = new Map(payments.map((payment) => [payment.sn, payment]));
  const nameOf = (sn: string) => (isPaymentSn(sn) ? 'the new payment' : sn);
  const change = (sn: string, more: Partial<Payment>) => {
    const changed = { ...(stored.get(sn) as Payment), ...more };
    stored.set(sn, changed);
    return changed;
  };
  const provider = {
    methods,
    begin: async ({ sn }: { sn: string }, webhookUrl: string) => {
      done.push(`begin ${nameOf(sn)}, ${webhookUrl}`);
      return begun;
    },
    close: async ({ sn, providerRef }: Payment) => {
      done.push(`close ${nameOf(sn)}${providerRef ? ` as ${providerRef}` : ''}`);
      return closes ?? { state: 'CLOSED' as const };
    },
    ...given.provider,
  };
  const needs: PayOrderNeeds = {
    ...inNextTurn({
      now: async () => sampleNow,
      orderToPay: async (sn: string) => (sn === 'HSO1' ? order : null),
      payment: async (sn: string) => stored.get(sn) ?? null,
      livePayment: async () => [...stored.values()].find(({ live }) => live) ?? null,
      paymentsOfOrders: async () => [...stored.values()],
      holdOrderForPayment: async ({ orderSn, paymentSn }: Record<string, string>) => {
        done.push(`hold ${orderSn} for ${nameOf(paymentSn as string)}`);
        return 'ACCEPTED' as const;
      },
      releaseOrderFromPayment: async ({ orderSn, paymentSn }: Record<string, string>) =>
        void done.push(`release ${orderSn} from ${nameOf(paymentSn as string)}`),
      insertPayment: async (payment: Payment) => {
        stored.set(payment.sn, payment);
        return 'inserted' as const;
      },
      saveInstructions: async (sn: string, more: Begun) => change(sn, more),
      markPaid: async (sn: string, { paidAt }: { paidAt: Date }) =>
        change(sn, { state: 'SUCCESS', paidAt }),
      returnOtherMoney: async () => null,
      endPayment: async ({ sn, to }: { sn: string; to: 'FAILED' | 'CLOSED' }) =>
        change(sn, { state: to, live: false }),
      ...given,
    }),
    providers: sampleProviders(inNextTurn(provider)),
    webhookUrl: (name) => `webhooks of ${name}`,
    returnOrigins: ['https://stay.example'],
    log: noLog,
  };
  return { needs, done, stored };
}

const input = (given: Partial<PayOrderInput> = {}): PayOrderInput => ({
  ...{ orderSn: 'HSO1', method: 'SANDBOX', userId: 'ana' },
  ...given,
});

async function outcome(given: Given, asked: PayOrderInput = input()) {
  const { needs, done, stored } = service(given);
  const answer = await payOrder(needs, asked);
  return { said: isRefused(answer) ? answer.reason : answer, done, stored };
}

const hold = 'hold HSO1 for the new payment';
const begin = 'begin the new payment, webhooks of sandbox';
const close = 'close the new payment';

test('a payment is stored, then holds its order, then is begun at the provider', async () => {
  const { said, done, stored } = await outcome({});
  expect(done).toEqual([hold, begin]);
  expect(said).toMatchObject({
    ...{ orderSn: 'HSO1', method: 'SANDBOX', amount: 10_000, createdAt: sampleNow },
    ...{ payBefore: sampleOrderToPay().closeAt, ...begun },
  });
  expect([...stored.values()]).toEqual([said]);
});

describe('paying is refused', () => {
  const away = { begin: () => Promise.reject(new ProviderUnavailable('away')) };
  test.each<[string, Partial<PayOrderInput>, Given, string]>([
    ['by a method that is not offered', { method: 'STRIPE' }, {}, 'METHOD_NOT_OFFERED'],
    ['inside WeChat without a payer', { method: 'WECHAT_JSAPI' }, {}, 'PAYER_UNKNOWN'],
    [
      'with a foreign return address',
      { returnUrl: 'https://x.example/' },
      {},
      'RETURN_URL_INVALID',
    ],
    ['by a payer without end', { payerId: 'x'.repeat(129) }, {}, 'PAYER_UNKNOWN'],
    [
      'with a return address without end',
      { returnUrl: `https://stay.example/${'x'.repeat(2_000)}` },
      {},
      'RETURN_URL_INVALID',
    ],
    ['with no return address at all', { returnUrl: 'stay' }, {}, 'RETURN_URL_INVALID'],
    ['of an unknown order', { orderSn: 'HSO9' }, {}, 'ORDER_UNKNOWN'],
    ['of somebody else’s order', { userId: 'ben' }, {}, 'ORDER_UNKNOWN'],
    [
      'of an order that does not wait',
      {},
      { order: sampleOrderToPay({ payable: false }) },
      'ORDER_NOT_PAYABLE',
    ],
    ['of an overdue order', {}, { order: sampleOrderToPay({ overdue: true }) }, 'DEADLINE_PASSED'],
    [
      'of an amount that is not taken',
      {},
      { provider: { limits: () => null } },
      'AMOUNT_NOT_OFFERED',
    ],
    ['while the provider is away', {}, { provider: away }, 'PROVIDER_UNAVAILABLE'],
  ])('%s', async (_, asked, given, reason) => {
    expect((await outcome(given, input(asked))).said).toBe(reason);
  });

  test('if the provider refuses it, which is closed there: it may have been begun before', async () => {
    const refuse = { begin: () => Promise.reject(new ProviderRefused('no')) };
    const { said, done } = await outcome({ provider: refuse });
    expect(said).toBe('PROVIDER_REFUSED');
    expect(done).toEqual([hold, close]);
  });

  test('unless the provider refuses it because it is paid: then that is the payment', async () => {
    const refuse = { begin: () => Promise.reject(new ProviderRefused('paid')) };
    const money = { amount: 10_000, currency: 'CNY', paidAt: sampleNow };
    const given = { provider: refuse, closes: { state: 'SUCCESS' as const, ...money } };
    const { said } = await outcome({ ...given, payments: [samplePayment()] });
    expect(said).toMatchObject({ sn: 'PMT1', state: 'SUCCESS', paidAt: sampleNow });
  });

  test('if the order takes no hold: the attempt is closed, and the order is free of it', async () => {
    let holds = 0;
    const holdOrderForPayment = async () => {
      holds += 1;
      return 'REFUSED' as const;
    };
    const { said, done } = await outcome({ holdOrderForPayment });
    expect(said).toBe('ORDER_NOT_PAYABLE');
    // No earlier attempt can be in the way, so it is not asked again.
    expect(holds).toBe(1);
    expect(done).toEqual([close, 'release HSO1 from the new payment']);
  });

  test('if the order takes no hold; it is not free of an attempt that cannot be closed', async () => {
    const close = () => Promise.reject(new ProviderUnavailable('away'));
    const holdOrderForPayment = async () => 'REFUSED' as const;
    const { said, done } = await outcome({ holdOrderForPayment, provider: { close } });
    expect(said).toBe('PROVIDER_UNAVAILABLE');
    expect(done).toEqual([]);
  });

  test('if it was closed with its order while it was begun; then it is closed once more', async () => {
    const { said, done } = await outcome({ saveInstructions: async () => null });
    expect(said).toBe('ORDER_NOT_PAYABLE');
    expect(done).toEqual([hold, begin, `${close} as ref`]);
  });

  test('but a fault of ours is thrown', async () => {
    const fault = { begin: () => Promise.reject(new TypeError('a fault')) };
    await expect(outcome({ provider: fault })).rejects.toThrow('a fault');
  });
});

test('a refusal says what is to blame, and which amounts are taken', async () => {
  const refusal = async (asked: Partial<PayOrderInput>, given: Given = {}) =>
    payOrder(service(given).needs, input(asked));
  const blamed = await Promise.all([
    refusal({ orderSn: 'HSO9' }),
    refusal({ method: 'STRIPE' }),
    refusal({ method: 'WECHAT_JSAPI' }),
    refusal({ returnUrl: 'https://elsewhere.example' }),
    refusal({}, { order: sampleOrderToPay({ overdue: true }) }),
  ]);
  const fieldOf = (one: object) => (one as { path?: string[] }).path?.join('.');
  expect(blamed.map(fieldOf)).toEqual([
    'input.orderSn',
    'input.method',
    'input.payerId',
    'input.returnUrl',
    undefined,
  ]);
  const limits = () => ({ smallest: 1, largest: 9_999, step: 1 });
  expect(await refusal({}, { provider: { limits } })).toMatchObject({
    ...{ reason: 'AMOUNT_NOT_OFFERED', path: ['input', 'method'] },
    limits: { min: 1, max: 9_999, currency: 'CNY' },
  });
});

test.each([
  'blob:https://stay.example/orders/1',
  'filesystem:https://stay.example/orders/1',
])('%s is no address to send a traveller back to', async (returnUrl) => {
  const { said, done } = await outcome({}, input({ returnUrl }));
  expect(said).toBe('RETURN_URL_INVALID');
  expect(done).toEqual([]);
});

test('the longest return address is 2,000 characters, the longest payer 128', async () => {
  const returnUrl = 'https://stay.example/'.padEnd(2_000, 'x');
  expect((await outcome({}, input({ returnUrl }))).said).toMatchObject({ returnUrl });
  const longer = await outcome({}, input({ returnUrl: `${returnUrl}x` }));
  expect(longer.said).toBe('RETURN_URL_INVALID');
  const payerId = 'x'.repeat(128);
  expect((await outcome({}, input({ payerId }))).said).toMatchObject({ payerId });
});

test('a return address of ours is passed on', async () => {
  const returnUrl = 'https://stay.example/orders/1';
  expect((await outcome({}, input({ returnUrl }))).said).toMatchObject({ returnUrl });
});

describe('asking again', () => {
  const jsapi = { method: 'WECHAT_JSAPI' as const, payerId: 'wx-ana' };
  test.each<[string, Partial<Payment>, Partial<PayOrderInput>]>([
    ['that waits', { instructions: begun.instructions }, {}],
    ['that waits for the same payer', { ...jsapi, instructions: begun.instructions }, jsapi],
    ['that was paid, by whatever method', { state: 'SUCCESS', method: 'STRIPE' }, {}],
  ])('gives the payment %s', async (_, given, asked) => {
    const payment = samplePayment(given);
    const { said, done } = await outcome({ payments: [payment] }, input(asked));
    expect(said).toBe(payment);
    expect(done).toEqual([]);
  });

  test('begins a payment of which the provider had not answered', async () => {
    const { said, done } = await outcome({ payments: [samplePayment()] });
    expect(said).toMatchObject({ sn: 'PMT1', ...begun });
    expect(done).toEqual(['hold HSO1 for PMT1', 'begin PMT1, webhooks of sandbox']);
  });

  test('twice at once gives the payment that was stored first', async () => {
    const first = samplePayment({ instructions: begun.instructions });
    let looks = 0;
    const livePayment = async () => (looks++ === 0 ? null : first);
    const insertPayment = async () => 'live payment exists' as const;
    expect((await outcome({ livePayment, insertPayment })).said).toBe(first);
  });

  test.each<[string, Partial<Payment>, Partial<PayOrderInput>]>([
    ['another method', { method: 'WECHAT_NATIVE' }, {}],
    ['another payer inside WeChat', { ...jsapi, payerId: 'wx-ben' }, jsapi],
  ])('F16: for %s closes the earlier attempt first', async (_, given, asked) => {
    const earlier = samplePayment({ ...given, instructions: begun.instructions });
    const { said, done } = await outcome({ payments: [earlier] }, input(asked));
    expect(done).toEqual(['close PMT1', hold, begin]);
    expect(said).toMatchObject({ ...asked, ...begun });
  });

  test('for another method gives the earlier attempt if it turns out to be paid', async () => {
    const closes = {
      state: 'SUCCESS',
      amount: 10_000,
      currency: 'CNY',
      paidAt: sampleNow,
    } as const;
    const payments = [samplePayment({ method: 'WECHAT_NATIVE' })];
    const { said, done } = await outcome({ payments, closes });
    expect(said).toMatchObject({ sn: 'PMT1', state: 'SUCCESS' });
    expect(done).toEqual(['close PMT1']);
  });

  test('for another method waits while the provider of the earlier attempt is off', async () => {
    const payments = [samplePayment({ method: 'STRIPE' })];
    const { said, done } = await outcome({ payments });
    expect(said).toBe('PROVIDER_UNAVAILABLE');
    expect(done).toEqual([]);
  });

  test('for another method waits until the provider has decided on the earlier attempt', async () => {
    const payments = [samplePayment({ method: 'WECHAT_NATIVE' })];
    const { said, done } = await outcome({ payments, closes: { state: 'WAIT' } });
    expect(said).toBe('PROVIDER_UNAVAILABLE');
    expect(done).toEqual(['close PMT1']);
  });
});

test('earlier attempts that have ended may still hold the order: it is freed of them', async () => {
  const holds: string[] = [];
  const holdOrderForPayment = async ({ paymentSn }: { paymentSn: string }) => {
    holds.push(paymentSn);
    return holds.length === 1 ? ('REFUSED' as const) : ('ACCEPTED' as const);
  };
  const payments = [samplePayment({ state: 'CLOSED', live: false })];
  const { done } = await outcome({ payments, holdOrderForPayment });
  expect(done).toEqual(['release HSO1 from PMT1', begin]);
  expect(holds).toHaveLength(2);
});

test('an order that cannot be freed of an earlier attempt is not asked for a hold again', async () => {
  let holds = 0;
  const holdOrderForPayment = async () => {
    holds += 1;
    return 'REFUSED' as const;
  };
  const releaseOrderFromPayment = () => Promise.reject(new Error('no answer'));
  const payments = [samplePayment({ state: 'CLOSED', live: false })];
  const paying = outcome({ payments, holdOrderForPayment, releaseOrderFromPayment });
  await expect(paying).rejects.toThrow('no answer');
  expect(holds).toBe(1);
});
