import { describe, expect, test } from '@jest/globals';
import { isRefused } from '../../../runtime/refusal.ts';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  samplePayment as notPaid,
  sampleNow,
  samplePaid,
  sampleProviders,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { OrderStatus } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';
import {
  type RefundPaymentNeeds,
  type RefundPaymentRequest,
  refundPayment,
  releaseOrder,
  sweepHolds,
  tellOrderAgain,
} from './mend.ts';

const operator = { userId: 'olga', roles: ['operator'] };
const others = { userId: 'hana', roles: ['host'] };

describe('an operator refunds a payment', () => {
  const request = (given: Partial<RefundPaymentRequest> = {}): RefundPaymentRequest => ({
    ...{ ...operator, paymentSn: 'PMT1', reason: ' Paid twice. ', idempotencyKey: 'key' },
    ...given,
  });
  const made = (given: Partial<Refund> = {}) =>
    sampleRefund({ cause: 'OPERATOR', endsStay: false, reason: 'Paid twice.', ...given });

  type Given = {
    payment?: Payment | null;
    /** What the key is found to have made: when it is first looked for, and later. */
    known?: (Refund | null)[];
    /** The provider refunds in multiples of it. */
    step?: number;
    start?: Awaited<ReturnType<RefundPaymentNeeds['startRefund']>>;
    open?: Refund;
  };
  async function outcome(asked: RefundPaymentRequest, given: Given = {}) {
    const { payment = samplePaid(), known = [], start = 'started', step = 1 } = given;
    const started: Refund[] = [];
    const found = [...known];
    const needs: RefundPaymentNeeds = inNextTurn({
      now: async () => sampleNow,
      providers: sampleProviders({ limits: () => ({ smallest: 1, largest: 1e9, step }) }),
      payment: async (sn) => (sn === 'PMT1' ? payment : null),
      refundByKey: async (orderSn, key) =>
        orderSn === 'HSO1' && key === 'key' ? (found.shift() ?? null) : null,
      openRefundOf: async (sn) => (sn === 'PMT1' ? (given.open ?? null) : null),
      startRefund: async (refund) => {
        started.push(refund);
        return start;
      },
    });
    const answer = await refundPayment(needs, asked);
    return { said: isRefused(answer) ? answer.reason : answer, started };
  }

  test('all that is left goes back by default, and the stay goes on', async () => {
    const { said, started } = await outcome(request(), { payment: samplePaid({ refunded: 1 }) });
    expect(said).toBe(started[0]);
    expect(said).toMatchObject({
      ...{ paymentSn: 'PMT1', orderSn: 'HSO1', amount: 9_999, currency: 'CNY' },
      ...{ reason: 'Paid twice.', cause: 'OPERATOR', endsStay: false, idempotencyKey: 'key' },
      ...{ ofAll: true, state: 'APPROVED', createdAt: sampleNow },
    });
  });

  test.each([1, 10_000])('a part of %i goes back', async (amount) => {
    expect((await outcome(request({ amount }))).started).toMatchObject([{ amount, ofAll: false }]);
  });

  test('a repeated request of an erased traveller’s payment is the same', async () => {
    const before = made({ reason: '' });
    expect(await outcome(request(), { known: [before] })).toEqual({ said: before, started: [] });
  });

  test.each<[string, Partial<RefundPaymentRequest>, Given, string]>([
    ['for others', others, {}, 'PAYMENT_UNKNOWN'],
    ['of an unknown payment', { paymentSn: 'PMT9' }, {}, 'PAYMENT_UNKNOWN'],
    ['without a reason', { reason: ' ' }, {}, 'REASON_INVALID'],
    ['of a payment without money', {}, { payment: notPaid() }, 'NOTHING_LEFT'],
    ['after all went back', {}, { payment: samplePaid({ refunded: 10_000 }) }, 'NOTHING_LEFT'],
    ['of nothing', { amount: 0 }, {}, 'AMOUNT_INVALID'],
    ['of more than is left', { amount: 10_001 }, {}, 'AMOUNT_INVALID'],
    ['of what its provider cannot refund', { amount: 6_175 }, { step: 10 }, 'AMOUNT_INVALID'],
    ['with the key of another reason', {}, { known: [made({ reason: 'x' })] }, 'KEY_REUSED'],
    ['with the key of another payment', {}, { known: [made({ paymentSn: 'P' })] }, 'KEY_REUSED'],
    ['with the key of a host', {}, { known: [made({ cause: 'HOST' })] }, 'KEY_REUSED'],
    ['with the key of an end', {}, { known: [made({ endsStay: true })] }, 'KEY_REUSED'],
    ['with the key of another part', { amount: 1 }, { known: [made()] }, 'KEY_REUSED'],
    ['of all, with the key of a part', {}, { known: [made({ ofAll: false })] }, 'KEY_REUSED'],
  ])('none is made %s', async (_, asked, given, reason) => {
    expect(await outcome(request(asked), given)).toEqual({ said: reason, started: [] });
  });

  test.each([undefined, 10_000])('asking again, for %s, gives the same refund', async (amount) => {
    const known = made();
    expect(await outcome(request({ amount }), { known: [known] })).toEqual({
      ...{ said: known, started: [] },
    });
  });

  test('the same request sent twice at once gives one refund', async () => {
    const known = made();
    const given = { start: 'another came first' as const, known: [null, known] };
    expect((await outcome(request(), given)).said).toBe(known);
  });

  test('while another one is under way, nobody knows what is left', async () => {
    const given = { payment: samplePaid({ refunded: 10_000 }), open: made({ cause: 'TRAVELLER' }) };
    for (const amount of [undefined, 1])
      expect((await outcome(request({ amount }), given)).said).toBe('REFUND_UNDER_WAY');
    const known = made();
    const sentTwice = { ...given, open: known, known: [null, known] };
    expect((await outcome(request(), sentTwice)).said).toBe(known);
  });

  test.each([null, made({ cause: 'HOST' })])('another one may be under way', async (found) => {
    const given = { start: 'another came first' as const, known: [null, found] };
    expect((await outcome(request(), given)).said).toBe('REFUND_UNDER_WAY');
  });
});

test('only an operator has the order told again', async () => {
  const told: string[] = [];
  const needs = { tellOrderAgain: async (sn: string) => Boolean(told.push(sn)) };
  expect(await tellOrderAgain(needs, { ...others, paymentSn: 'PMT1' })).toBe(false);
  expect(await tellOrderAgain(needs, { ...operator, paymentSn: 'PMT2' })).toBe(true);
  expect(told).toEqual(['PMT2']);
});

type Row = [string, typeof operator, Held, Refund | null, boolean | null];
/** The refund that a usable order names, or the status of the order; undefined for no order. */
type Held = string | null | undefined | Partial<OrderStatus>;
const over = { refundSn: 'RFD1', usable: false, ended: true };
test.each<Row>([
  ['nothing, being over', operator, over, sampleRefund({ open: false, state: 'SUCCESS' }), null],
  ['an ended refund', operator, 'RFD1', sampleRefund({ open: false, state: 'SUCCESS' }), true],
  ['a failed refund', operator, 'RFD1', sampleRefund({ open: false, state: 'FAILED' }), false],
  ['an unknown refund', operator, 'RFD1', null, false],
  ['an open refund', operator, 'RFD1', sampleRefund(), null],
  ['nothing', operator, null, null, null],
  ['nothing, being unknown', operator, undefined, null, null],
  ['an unknown refund, for others', others, 'RFD1', null, null],
])('an order held by %s', async (_, caller, held, refund, succeeded) => {
  const ended: unknown[] = [];
  const status = typeof held === 'string' || held === null ? { refundSn: held } : held;
  const needs = inNextTurn({
    refund: async (sn: string) => (sn === 'RFD1' ? refund : null),
    orderStatuses: async ([sn]: readonly string[]) =>
      new Map(
        held === undefined ? [] : [[sn as string, { usable: true, ...status } as OrderStatus]],
      ),
    endOrderRefund: async (end: unknown) => void ended.push(end),
  });
  const released = await releaseOrder(needs, { ...caller, orderSn: 'HSO1' });
  expect(released).toBe(succeeded !== null);
  expect(ended).toEqual(released ? [{ orderSn: 'HSO1', refundSn: 'RFD1', succeeded }] : []);
});

test('a sweep that cannot end a hold fails', async () => {
  const needs = {
    ordersHeldByRefunds: async (after: string) =>
      after === '' ? [{ orderSn: 'HSO1', refundSn: 'RFD1' }] : [],
    refundsBySn: async () => [sampleRefund({ open: false, state: 'SUCCESS' })],
    endOrderRefund: () => Promise.reject(new Error('no answer')),
  };
  await expect(sweepHolds(needs)).rejects.toThrow('no answer');
});

test('a sweep ends the hold of every refund that has ended, page by page', async () => {
  const held = ['1', '2', '3'].map((n) => ({ orderSn: `HSO${n}`, refundSn: `RFD${n}` }));
  const ended: unknown[] = [];
  const refunds = [
    sampleRefund({ sn: 'RFD1', orderSn: 'HSO1', open: false, state: 'SUCCESS' }),
    sampleRefund({ sn: 'RFD2', orderSn: 'HSO2' }),
    sampleRefund({ sn: 'RFD3', orderSn: 'HSO3', open: false, state: 'FAILED' }),
  ];
  const needs = inNextTurn({
    ordersHeldByRefunds: async (after: string) =>
      held.filter(({ orderSn }) => orderSn > after).slice(0, 2),
    refundsBySn: async (sns: readonly string[]) => refunds.filter(({ sn }) => sns.includes(sn)),
    endOrderRefund: async (end: unknown) => void ended.push(end),
  });
  expect(await sweepHolds(needs)).toBe(2);
  expect(ended).toEqual([
    { orderSn: 'HSO1', refundSn: 'RFD1', succeeded: true },
    { orderSn: 'HSO3', refundSn: 'RFD3', succeeded: false },
  ]);
});
