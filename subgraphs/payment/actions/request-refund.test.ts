import { describe, expect, test } from '@jest/globals';
import { isRefused } from '../../../runtime/refusal.ts';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  sampleNow,
  samplePaid,
  samplePayment,
  sampleProviders,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { Payment } from '../domain/payment.ts';
import { isRefundSn, type Refund } from '../domain/refund.ts';
import type { OrderToRefund, RefundRequest } from '../domain/refund-request.ts';
import { endStay, type RequestRefundNeeds, refundPart } from './request-refund.ts';

const order = (given: Partial<OrderToRefund> = {}): OrderToRefund => ({
  ...{ sn: 'HSO1', travellerId: 'ana', hostId: 'hana', leavable: true, ended: false, share: 50 },
  ...given,
});
const reason = 'Plans have changed.';
const leave = (given: Partial<RefundRequest> = {}): RefundRequest => ({
  ...{ kind: 'LEAVE', orderSn: 'HSO1', reason: ` ${reason} `, idempotencyKey: 'key' },
  ...{ userId: 'ana', roles: [] },
  ...given,
});
const end = (given: Partial<RefundRequest> = {}) =>
  leave({ kind: 'END', userId: 'hana', ...given });
const part = (amount: number, given: Partial<RefundRequest> = {}) =>
  leave({ kind: 'PART', userId: 'hana', amount: { amount, currency: 'CNY' }, ...given });

type Given = Partial<RequestRefundNeeds> & {
  order?: OrderToRefund | null;
  payments?: Payment[];
  refunds?: Refund[];
  /** What the key has made, when it is first looked for and later. */
  known?: (Refund | null)[];
};

/** What a request is answered with, and what it did. */
async function outcome(request: RefundRequest, given: Given = {}) {
  const { order: found = order(), payments = [samplePaid()], refunds = [], ...needs } = given;
  const known = [...(given.known ?? [])];
  const done: unknown[] = [];
  const all: RequestRefundNeeds = {
    providers: {},
    ...inNextTurn({
      now: async () => sampleNow,
      orderToRefund: async (sn: string) => (sn === 'HSO1' ? found : null),
      askToLeaveOrder: async (sn: string) => {
        done.push(`asked to leave ${sn}`);
        return found;
      },
      endOrderWithoutRefund: async ({ orderSn, cause }: Record<string, string>) => {
        done.push(`${orderSn} ${cause}`);
        return 'ACCEPTED' as const;
      },
      paymentsOfOrders: async ([sn]: readonly string[]) => (sn === 'HSO1' ? payments : []),
      refundsOfOrders: async ([sn]: readonly string[]) => (sn === 'HSO1' ? refunds : []),
      refundByKey: async (sn: string, key: string) =>
        sn === 'HSO1' && key === 'key' ? (known.shift() ?? null) : null,
      startRefund: async ({ amount }: Refund) => {
        done.push(amount);
        return 'started' as const;
      },
      ...needs,
    }),
  };
  const ask = request.kind === 'PART' ? refundPart : endStay;
  const answer = await ask(all, request);
  return { said: isRefused(answer) ? answer.reason : answer, done };
}

describe('a new request', () => {
  test('to leave gives back the share of the policy, counted from when it was first asked', async () => {
    const { said, done } = await outcome(leave());
    expect(done).toEqual(['asked to leave HSO1', 5_000]);
    expect(said).toMatchObject({
      orderSn: 'HSO1',
      refund: {
        ...{ orderSn: 'HSO1', paymentSn: 'PMT1', amount: 5_000, currency: 'CNY', reason },
        ...{ cause: 'TRAVELLER', endsStay: true, idempotencyKey: 'key', createdAt: sampleNow },
      },
    });
    expect(isRefundSn((said as { refund: Refund }).refund.sn)).toBe(true);
  });

  test('to leave is judged by what the order answers to it', async () => {
    const askToLeaveOrder = async () => order({ share: 10 });
    expect((await outcome(leave(), { askToLeaveOrder })).done).toEqual([1_000]);
    const forgotten = async () => null;
    expect((await outcome(leave(), { askToLeaveOrder: forgotten })).done).toEqual([5_000]);
  });

  test('to end the stay gives back all that is left', async () => {
    const payments = [samplePaid({ refunded: 1 })];
    const { said, done } = await outcome(end(), { payments });
    expect(done).toEqual([9_999]);
    expect(said).toMatchObject({ refund: { cause: 'HOST', endsStay: true } });
  });

  test('to end the stay gives back even the last cent', async () => {
    const payments = [samplePaid({ refunded: 9_999 })];
    expect((await outcome(end(), { payments })).done).toEqual([1]);
  });

  test('for a part gives it back, and the stay goes on', async () => {
    const { said, done } = await outcome(part(300));
    expect(done).toEqual([300]);
    expect(said).toMatchObject({ amount: 300, cause: 'HOST', endsStay: false });
  });

  test('is about the payment that the order accepted', async () => {
    const payments = [
      samplePaid({ sn: 'PMT2', orderAnswer: 'REFUSED' }),
      samplePaid({ sn: 'PMT3' }),
      samplePayment({ sn: 'PMT4' }),
    ];
    const { said } = await outcome(end(), { payments });
    expect(said).toMatchObject({ refund: { paymentSn: 'PMT3' } });
  });

  test('is about the payment that has paid the order, though its answer is not stored yet', async () => {
    const arrived = samplePaid({ sn: 'PMT2', orderAnswer: undefined });
    const waiting = samplePayment({ sn: 'PMT4' });
    const { said } = await outcome(end(), { payments: [waiting, arrived] });
    expect(said).toMatchObject({ refund: { paymentSn: 'PMT2' } });
    const two = [arrived, { ...arrived, sn: 'PMT3' }];
    expect((await outcome(end(), { payments: two })).said).toBe('ORDER_NOT_PAID');
    const unpaid = order({ leavable: false });
    expect((await outcome(end(), { payments: [arrived], order: unpaid })).said).toBe(
      'ORDER_NOT_PAID',
    );
  });

  test('is rounded down to what the provider of the payment can refund', async () => {
    const limits = () => ({ smallest: 1, largest: 100_000, step: 100 });
    const payments = [samplePaid({ amount: 10_302 })];
    const providers = sampleProviders({ limits });
    expect((await outcome(leave(), { payments, providers })).done).toContain(5_100);
    const none = sampleProviders({ limits: () => null });
    expect((await outcome(leave(), { payments, providers: none })).done).toContain(5_151);
  });
});

describe('a stay that ends without a refund', () => {
  test.each([
    ['leaves and the policy gives nothing', leave(), 'LEFT_WITHOUT_REFUND', 0],
    ['ends and everything went back before', end(), 'ENDED_AFTER_REFUNDS', 10_000],
  ])('%s', async (_, request, cause, refunded) => {
    const given = { order: order({ share: 0 }), payments: [samplePaid({ refunded })] };
    const { said, done } = await outcome(request, given);
    expect(said).toEqual({ orderSn: 'HSO1', refund: null });
    expect(done.at(-1)).toBe(`HSO1 ${cause}`);
  });

  test('is refused if the order refuses', async () => {
    const endOrderWithoutRefund = async () => 'REFUSED' as const;
    const given = { order: order({ share: 0 }), endOrderWithoutRefund };
    expect((await outcome(leave(), given)).said).toBe('STATE_FORBIDS');
  });

  test('can be ended again, with nothing back', async () => {
    const refunds = [
      sampleRefund({ open: false, state: 'FAILED' }),
      sampleRefund({ open: false, state: 'SUCCESS', endsStay: false }),
    ];
    const given = { order: order({ ended: true }), refunds };
    const returned = [samplePaid({ refunded: 10_000 })];
    for (const [request, payments] of [
      [leave(), [samplePaid()]],
      [end(), returned],
    ] as const) {
      const { said, done } = await outcome(request, { ...given, payments: [...payments] });
      expect(said).toEqual({ orderSn: 'HSO1', refund: null });
      expect(done).toEqual([]);
    }
  });

  test('is not ended again by its host, who would give everything back', async () => {
    for (const refunded of [0, 9_999]) {
      const payments = [samplePaid({ refunded })];
      const { said, done } = await outcome(end(), { order: order({ ended: true }), payments });
      expect(said).toBe('STATE_FORBIDS');
      expect(done).toEqual([]);
    }
  });
});

describe('a request is refused', () => {
  const ended = order({ ended: true, leavable: false });
  const closed = { open: false, state: 'SUCCESS' as const };
  test.each<[string, RefundRequest, Given, string]>([
    ['of an unknown order', leave({ orderSn: 'HSO9' }), {}, 'ORDER_UNKNOWN'],
    ['to leave somebody else’s stay', leave({ userId: 'ben' }), {}, 'ORDER_UNKNOWN'],
    ['without a reason', leave({ reason: '' }), {}, 'REASON_INVALID'],
    [
      'with a key of another refund',
      leave(),
      { known: [sampleRefund({ reason: 'x' })] },
      'KEY_REUSED',
    ],
    ['while a refund is open', leave(), { refunds: [sampleRefund()] }, 'REFUND_UNDER_WAY'],
    [
      'after a refund ended it',
      end(),
      { order: ended, refunds: [sampleRefund(closed)] },
      'STATE_FORBIDS',
    ],
    [
      'after one of its refunds ended it',
      leave(),
      {
        order: ended,
        refunds: [sampleRefund({ ...closed, state: 'FAILED' }), sampleRefund(closed)],
      },
      'STATE_FORBIDS',
    ],
    ['to leave an order that is not paid', leave(), { payments: [] }, 'ORDER_NOT_PAID'],
    ['to leave a used stay', leave(), { order: order({ leavable: false }) }, 'STATE_FORBIDS'],
    ['for too large a part', part(10_001), {}, 'AMOUNT_INVALID'],
    [
      'for a part of nothing',
      part(1),
      { payments: [samplePaid({ refunded: 10_000 })] },
      'NOTHING_LEFT',
    ],
    [
      'if another came first',
      leave(),
      { startRefund: async () => 'another came first' },
      'REFUND_UNDER_WAY',
    ],
  ])('%s', async (_, request, given, refusal) => {
    const { said, done } = await outcome(request, given);
    expect(said).toBe(refusal);
    expect(done.filter((one) => one !== 'asked to leave HSO1')).toEqual([]);
  });

  test('to leave while a refund is open, and the order keeps the moment of the request', async () => {
    const refunds = [sampleRefund()];
    expect((await outcome(leave(), { refunds })).done).toEqual(['asked to leave HSO1']);
    expect((await outcome(end(), { refunds })).done).toEqual([]);
    const used = order({ leavable: false });
    expect((await outcome(leave(), { refunds, order: used })).done).toEqual([]);
  });

  test('to leave while a refund is open only after the order has kept that moment', async () => {
    const askToLeaveOrder = () => Promise.reject(new Error('no answer'));
    const asked = outcome(leave(), { refunds: [sampleRefund()], askToLeaveOrder });
    await expect(asked).rejects.toThrow('no answer');
  });

  test('if nothing is paid or the stay was used, without a word to the order', async () => {
    expect((await outcome(leave(), { payments: [] })).done).toEqual([]);
    expect((await outcome(leave(), { order: order({ leavable: false }) })).done).toEqual([]);
  });

  test('never for a part of an ended stay', async () => {
    expect((await outcome(part(300), { order: ended })).done).toEqual([300]);
  });
});

describe('the same request', () => {
  const made = () => sampleRefund({ reason, cause: 'TRAVELLER', endsStay: true });
  test('gives the same refund again', async () => {
    const refund = made();
    const { said, done } = await outcome(leave(), { known: [refund] });
    expect(said).toEqual({ orderSn: 'HSO1', refund });
    expect(done).toEqual([]);
  });

  test('sent twice at once gives one refund, however late it is found', async () => {
    const refund = made();
    const startRefund = async () => 'another came first' as const;
    const late = { startRefund, known: [null, refund] };
    expect((await outcome(leave(), late)).said).toEqual({ orderSn: 'HSO1', refund });
    const open = { refunds: [refund], known: [null, refund] };
    expect((await outcome(leave(), open)).said).toEqual({ orderSn: 'HSO1', refund });
    const nothing = { order: order({ share: 0 }), known: [null, refund] };
    expect((await outcome(leave(), nothing)).said).toEqual({ orderSn: 'HSO1', refund });
  });

  test('is not one with the same key for another reason', async () => {
    const known = [null, sampleRefund({ reason: 'x' })];
    const given = { startRefund: async () => 'another came first' as const, known };
    expect((await outcome(leave(), given)).said).toBe('REFUND_UNDER_WAY');
  });
});
