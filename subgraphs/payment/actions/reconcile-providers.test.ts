import { beforeEach, expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  sampleNow as now,
  samplePaid,
  samplePayment,
  sampleProviders,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { Difference } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import type { ProviderFact, ProviderPayment, ProviderRefund } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import { type ReconcileProvidersNeeds, reconcileProviders } from './reconcile-providers.ts';

const snOf = (n: number) => `PMT${String(n).padStart(22, '0')}`;
const longAgo = new Date(now.getTime() - 3_600_000);
const paid = (given: Partial<Payment> = {}) =>
  samplePaid({ sn: snOf(1), changedAt: longAgo, ...given });

let payments: Payment[];
let facts: ProviderFact[];
let openRefundOf: string[];
let refunds: Refund[];
/** What was found before, and what the provider says of one payment. */
let before: Difference[];
let factsOf: (sn: string) => ProviderFact[];
beforeEach(() => {
  before = [];
  factsOf = () => [];
  payments = [];
  facts = [];
  openRefundOf = [];
  refunds = [];
});

const success = (amount = 10_000): ProviderPayment => ({
  ...{ state: 'SUCCESS', amount, currency: 'CNY', paidAt: longAgo },
});
const fact = (payment: ProviderPayment, sn = snOf(1)): ProviderFact => ({
  ...{ about: 'payment', sn, payment },
});
const refundFact = (
  amount: number,
  state: ProviderRefund['state'] = 'SUCCESS',
  paymentSn: string | null = snOf(1),
): ProviderFact => ({
  ...{ about: 'refund', sn: null, ref: `re_${amount}`, paymentSn, amount, currency: 'CNY' },
  refund: { state },
});

const ourRefundFact = (amount: number, state: ProviderRefund['state']) =>
  ({ ...refundFact(amount, state), sn: 'RFD1' }) as ProviderFact;

/** Runs a comparison with a provider that lists these facts. */
async function found(more: Partial<ReconcileProvidersNeeds> = {}) {
  const saved: unknown[][] = [];
  const lists: Date[] = [];
  const booked: unknown[] = [];
  const warnings: unknown[] = [];
  const pages: number[] = [];
  const askedAbout: string[] = [];
  const given: Partial<ReconcileProvidersNeeds> = {
    now: async () => now,
    payment: async (sn) => payments.find((one) => one.sn === sn) ?? null,
    paymentsBySn: async (sns) => {
      pages.push(sns.length);
      return payments.filter(({ sn }) => sns.includes(sn));
    },
    refundsOfPayments: async (sns) => refunds.filter(({ paymentSn }) => sns.includes(paymentSn)),
    paidBegunSince: async (since, after) =>
      payments.filter(({ sn, createdAt }) => sn > after && createdAt >= since).slice(0, 2),
    refundsBegunSince: async (since, after) =>
      refunds.filter(({ sn, createdAt }) => sn > after && createdAt >= since).slice(0, 2),
    openRefundOf: async (sn) => (openRefundOf.includes(sn) ? sampleRefund() : null),
    refundByRef: async () => null,
    markPaid: async (sn, { received }) => {
      booked.push([sn, received.amount]);
      return null;
    },
    returnOtherMoney: async () => null,
    endPayment: async () => null,
    recordProviderRefund: async ({ paymentSn, amount }) => {
      booked.push([paymentSn, -amount]);
      return false;
    },
    differencesFrom: async () => before,
    saveDifferences: async (...args) => {
      saved.push(args);
      return [...args[1]];
    },
    ...more,
  };
  const needs = {
    ...inNextTurn(given),
    providers: {
      ...sampleProviders({
        queryRefund: async () => ({ state: 'UNKNOWN' }),
        async *facts(since) {
          lists.push(since);
          yield* facts;
        },
        async *factsOf({ sn }) {
          askedAbout.push(sn);
          yield* factsOf(sn);
        },
      }),
      ...{ stripe: { methods: ['STRIPE'] } },
    },
    log: { info() {}, error() {}, warn: (fields: unknown) => warnings.push(fields) },
  } as unknown as ReconcileProvidersNeeds;
  const count = await reconcileProviders(needs);
  expect(saved).toEqual([['PROVIDERS', expect.any(Array), now]]);
  const withBasis = saved[0]?.[1] as Difference[];
  expect(count).toBe(withBasis.length);
  const differences = withBasis.map(({ basis: _, ...difference }) => difference);
  return { differences, withBasis, lists, booked, warnings, pages, askedAbout };
}

test('a provider is asked for what began in the last 26 hours; one without a list is not', async () => {
  expect((await found()).lists).toEqual([new Date('2026-11-30T10:00:00.000Z')]);
});

test('every listed fact is booked, as if its webhook had come now', async () => {
  payments = [paid()];
  facts = [fact(success()), refundFact(300)];
  expect((await found()).booked).toEqual([
    [snOf(1), 10_000],
    [snOf(1), -300],
  ]);
});

test('what is booked is compared as it is afterwards, however long the booking takes', async () => {
  payments = [samplePayment({ ...paid(), paidAt: undefined })];
  facts = [fact(success())];
  const markPaid = async () => {
    for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate);
    payments = [paid()];
    return null;
  };
  expect((await found({ markPaid })).differences).toEqual([]);
});

const more = 'PROVIDER_HAS_MORE';
const less = 'PROVIDER_HAS_LESS';
test.each<[string, Payment, ProviderFact[], string | null]>([
  ['equal money', paid(), [fact(success())], null],
  ['more money', paid(), [fact(success(10_001))], more],
  ['less money', paid(), [fact(success(9_999))], less],
  ['no money', paid(), [fact({ state: 'CLOSED' })], less],
  ['money we miss', samplePayment({ ...paid(), paidAt: undefined }), [fact(success())], more],
  ['refunds we know', paid({ refunded: 500 }), [fact(success()), refundFact(500)], null],
  ['refunds we miss', paid(), [fact(success()), refundFact(500), refundFact(1)], less],
  ['a refund that waits', paid(), [fact(success()), ourRefundFact(500, 'WAIT')], less],
  ['a refund of its own that waits', paid(), [fact(success()), refundFact(500, 'WAIT')], null],
  ['a refund that failed', paid(), [fact(success()), refundFact(500, 'FAILED')], null],
  ['a refund of nobody', paid(), [fact(success()), refundFact(500, 'SUCCESS', null)], null],
  ['a refund of another payment', paid(), [fact(success()), refundFact(5, 'WAIT', 'x')], null],
])('a provider that has %s', async (_, payment, listed, kind) => {
  payments = [payment];
  facts = listed;
  const { orderSn, sn: paymentSn } = payment;
  expect((await found()).differences).toEqual(kind ? [{ kind, orderSn, paymentSn }] : []);
});

test.each<[string, ProviderFact[]]>([
  ['a refund twice', [fact(success()), refundFact(500), refundFact(500)]],
  ['a payment again after its refund', [fact(success()), refundFact(500), fact(success())]],
  ['a refund before its payment', [refundFact(500), fact(success())]],
  [
    'a refund as it was and as it is',
    [fact(success()), refundFact(500, 'FAILED'), refundFact(500)],
  ],
])('a list that names %s has the money once', async (_, listed) => {
  payments = [paid({ refunded: 500 })];
  facts = listed;
  expect((await found()).differences).toEqual([]);
});

const window = 26 * 3_600_000;
const ago = (ms: number) => new Date(now.getTime() - ms);
test.each<[string, Partial<Payment>, string | null]>([
  ['all its money', {}, less],
  ['nothing, as all went back', { refunded: 10_000 }, null],
  ['money that has just come', { changedAt: ago(59_999) }, null],
  ['money of another provider', { method: 'STRIPE' }, null],
  ['money of ten minutes after the list begins', { createdAt: ago(window - 600_000) }, less],
  ['money that may be of before it', { createdAt: ago(window - 599_999) }, null],
])('a payment that the provider does not list, with %s', async (_, given, kind) => {
  payments = [paid(given)];
  const { orderSn, sn: paymentSn } = paid();
  expect((await found()).differences).toEqual(kind ? [{ kind, orderSn, paymentSn }] : []);
});

test.each([
  ['a minute ago', 60_000, 1],
  ['less than a minute ago', 59_999, 0],
])('a payment that changed %s', async (_, ms, differences) => {
  payments = [paid({ changedAt: new Date(now.getTime() - ms) })];
  facts = [fact(success(1))];
  expect((await found()).differences).toHaveLength(differences);
});

test('a payment with an open refund is left until it has ended', async () => {
  payments = [paid()];
  facts = [fact(success(1))];
  openRefundOf = [snOf(1)];
  expect((await found()).differences).toEqual([]);
});

test('what is not ours changes nothing, and only what bears our numbers is worth a warning', async () => {
  payments = [paid()];
  const other = 'cart-7';
  facts = [
    { about: 'nothing' },
    fact(success(), other),
    fact(success(), snOf(9)),
    fact(success()),
    { ...refundFact(1), currency: 'JPY' } as ProviderFact,
  ];
  const { warnings, pages, booked } = await found();
  expect(booked).toEqual([[snOf(1), 10_000]]);
  expect(pages).toEqual([2]);
  expect(warnings).toMatchObject([
    { provider: 'sandbox', handled: 'unknown' },
    { provider: 'sandbox', handled: 'wrong money' },
  ]);
});

test('one provider that does not answer keeps no other from being compared', async () => {
  const saved: unknown[][] = [];
  const lists = (list: () => AsyncGenerator<ProviderFact>) => ({
    methods: ['SANDBOX'],
    facts: list,
  });
  payments = [paid()];
  const needs = {
    now: async () => now,
    payment: async () => payments[0],
    paymentsBySn: async () => payments,
    openRefundOf: async () => null,
    paidBegunSince: async () => [],
    refundsBegunSince: async () => [],
    markPaid: async () => null,
    returnOtherMoney: async () => null,
    differencesFrom: async () => [],
    saveDifferences: async (...args: unknown[]) => {
      saved.push(args);
      return [];
    },
    providers: {
      silent: lists(async function* () {
        yield* [];
        throw new Error('no answer');
      }),
      sandbox: lists(async function* () {
        yield fact(success(1));
      }),
    },
    log: { info() {}, error() {}, warn() {} },
  } as unknown as ReconcileProvidersNeeds;
  await expect(reconcileProviders(needs)).rejects.toThrow('not all providers were compared');
  // What was found at the silent one before stays.
  expect(saved).toEqual([['PROVIDERS', [expect.objectContaining({ kind: less })], now, true]]);
});

test('if it is not known what differed before, what differs now is kept, and that too', async () => {
  const saved: unknown[][] = [];
  const differencesFrom = () => Promise.reject(new Error('no answer'));
  const saveDifferences = async (...args: unknown[]) => {
    saved.push(args);
    return [];
  };
  payments = [paid()];
  facts = [fact(success(1))];
  const running = found({ differencesFrom, saveDifferences });
  await expect(running).rejects.toThrow('not all providers were compared');
  expect(saved).toEqual([['PROVIDERS', [expect.objectContaining({ kind: less })], now, true]]);
});

test('many payments are compared in pages of 500', async () => {
  payments = Array.from({ length: 1_001 }, (_, n) => paid({ sn: snOf(n), orderSn: `HSO${n}` }));
  facts = payments.map(({ sn }, n) => fact(success(n === 1_000 ? 1 : 10_000), sn));
  const { pages, differences } = await found();
  expect(pages).toEqual([500, 500, 1]);
  expect(differences).toEqual([{ kind: less, orderSn: 'HSO1000', paymentSn: snOf(1_000) }]);
});

const older = () => paid({ createdAt: ago(2 * window), refunded: 300 });
const ours = (given: Partial<Refund> = {}) =>
  sampleRefund({
    ...{ sn: 'RFD7', paymentSn: snOf(1), amount: 300, state: 'SUCCESS', open: false },
    ...{ createdAt: ago(3_600_000), ...given },
  });
const theirs = { ...refundFact(300), sn: 'RFD7' } as ProviderFact;
const byPage = { cause: 'PROVIDER' as const, providerRef: 're_300', sn: 'RFD8' };
test.each<[string, Refund[], ProviderFact[], string | null]>([
  ['it and we have', [ours()], [theirs], null],
  ['it has alone', [], [refundFact(300)], less],
  ['it has of another amount', [ours({ amount: 299 })], [theirs], less],
  ['it has, and failed with us', [ours({ state: 'FAILED' })], [theirs], less],
  ['failed there', [], [refundFact(300, 'FAILED')], null],
  ['waits there, and is its own', [], [refundFact(300, 'WAIT')], null],
  ['it made by itself', [ours(byPage)], [refundFact(300)], null],
  ['we have alone', [ours()], [], more],
  ['we have alone, and failed', [ours({ state: 'FAILED' })], [], null],
  ['we have alone, from before the list', [ours({ createdAt: ago(window) })], [], null],
  ['it told us of late', [ours(byPage)], [], null],
])('a refund of an older payment that %s', async (_, known, listed, kind) => {
  payments = [older()];
  refunds = known;
  facts = listed;
  const { orderSn, sn: paymentSn } = older();
  expect((await found()).differences).toEqual(kind ? [{ kind, orderSn, paymentSn }] : []);
});

const differed = (kind: Difference['kind'] = less): Difference => ({
  ...{ kind, orderSn: paid().orderSn, paymentSn: snOf(1), basis: 'before' },
});
const longPaid = (given: Partial<Payment> = {}) => paid({ createdAt: ago(2 * window), ...given });
const holding = (amount: number) => [fact(success()), refundFact(10_000 - amount)];
test.each<[string, Payment[], ProviderFact[], string | null]>([
  ['still holds less of it', [longPaid()], [fact(success(9_000))], less],
  ['holds more of it now', [longPaid({ refunded: 500 })], [fact(success())], more],
  ['does not know it', [longPaid()], [fact({ state: 'UNKNOWN' })], less],
  ['holds the same now', [longPaid({ refunded: 10_000 })], holding(0), null],
  ['says nothing of it', [longPaid()], [], less],
  ['is switched off', [longPaid({ method: 'WECHAT_NATIVE' })], [], less],
  ['has no list', [longPaid({ method: 'STRIPE' })], [], less],
  ['is asked about one that we have not any more', [], [], less],
])('what differed before and is not listed stays while the provider %s', async (...row) => {
  const [, known, itsFacts, kind] = row;
  payments = known;
  before = [differed()];
  factsOf = () => itsFacts;
  const { orderSn, paymentSn } = differed();
  expect((await found()).differences).toEqual(kind ? [{ kind, orderSn, paymentSn }] : []);
});

test('what differed before stays while a refund of it is under way', async () => {
  payments = [longPaid({ refunded: 10_000 })];
  before = [differed()];
  factsOf = () => holding(0);
  openRefundOf = [snOf(1)];
  expect((await found()).withBasis).toEqual(before);
});

test('what is found is not asked about once more', async () => {
  payments = [paid()];
  facts = [fact(success(1))];
  before = [differed(more)];
  const { differences, askedAbout } = await found();
  expect([differences.length, askedAbout]).toEqual([1, []]);
});

test('what differs is the same as before until our ledger or the provider’s changes', async () => {
  const basis = async (given: Partial<Payment>, theirs: number) => {
    payments = [paid(given)];
    facts = [fact(success(theirs))];
    return (await found()).withBasis[0]?.basis;
  };
  const first = await basis({}, 9_000);
  expect(await basis({ changedAt: ago(7_200_000) }, 9_000)).toBe(first);
  expect(await basis({ refunded: 1 }, 9_000)).not.toBe(first);
  expect(await basis({}, 9_001)).not.toBe(first);
  facts = [fact(success(8_999)), refundFact(1)];
  expect((await found()).withBasis[0]?.basis).not.toBe(first);
});
