import { describe, expect, test } from '@jest/globals';
import {
  sampleNow as now,
  sampleBooking as order,
  samplePaid as payment,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { Booking, DifferenceKind } from './difference.ts';
import { differenceOf } from './money-difference.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

const booked = order();
const used = order({ usable: false });
const left = order({ usable: false, ended: true, shareOwed: 0 });
const refunded = order({ usable: false, ended: true, refundSn: 'RFD1', shareOwed: 50 });
const inParts = order({ usable: false, ended: true, shareOwed: 100 });

const ended = { open: false, orderTold: true };
const gone = sampleRefund({ ...ended, state: 'SUCCESS' });
const half = { ...gone, amount: 5_000 };
const less = { ...gone, amount: 4_999 };
const failed = sampleRefund({ ...ended, state: 'FAILED' });
const sentBack = sampleRefund({ ...ended, state: 'FAILED', contradicted: true });
const open = sampleRefund({ state: 'SENT' });
const oldOpen = sampleRefund({
  state: 'SENT',
  createdAt: new Date(now.getTime() - 24 * 3_600_000 - 1),
});
const part = sampleRefund({
  ...ended,
  sn: 'RFD2',
  state: 'SUCCESS',
  endsStay: false,
  cause: 'HOST',
});
const later = (given: Partial<Refund>) =>
  sampleRefund({ ...ended, sn: 'RFD3', createdAt: new Date(now.getTime() + 1), ...given });
const dispute = sampleRefund({ ...ended, state: 'SUCCESS', endsStay: false, cause: 'PROVIDER' });

const deadline = new Date(now.getTime() + 1);
const closed = order({ usable: false, paymentSn: null, missedDeadline: deadline });
const refused = { orderAnswer: 'REFUSED' as const };

const of = (booking: Booking | null, refunds: Refund[]) => ({ booking, refunds, step: 1 });
const kindOf = (paid: Payment, booking: Booking | null, refunds: Refund[]) =>
  differenceOf(paid, of(booking, refunds), now)?.kind ?? null;
const hostEnded = (amount: number) => sampleRefund({ ...gone, amount, cause: 'HOST' });

describe('a payment and its order', () => {
  test.each<[string, Payment, Booking | null, Refund[], DifferenceKind | null]>([
    ['paid and booked', payment(), booked, [], null],
    ['paid and used', payment(), used, [], null],
    ['refunded', payment({ refunded: 10_000 }), refunded, [gone], null],
    ['refunded by the share of the policy', payment({ refunded: 5_000 }), refunded, [half], null],
    [
      'refunded by less than the share',
      payment({ refunded: 4_999 }),
      refunded,
      [less],
      'ENDED_BUT_KEPT',
    ],
    ['left without a refund', payment(), left, [], null],
    [
      'all but one given back',
      payment({ refunded: 9_999 }),
      booked,
      [{ ...part, amount: 9_999 }],
      null,
    ],
    ['all given back', payment({ refunded: 10_000 }), booked, [part], 'REFUNDED_BUT_BOOKED'],
    ['a part given back', payment({ refunded: 100 }), booked, [{ ...part, amount: 100 }], null],
    [
      'more went back than refunds say',
      payment({ refunded: 101 }),
      booked,
      [{ ...part, amount: 100 }],
      'REFUNDS_DO_NOT_ADD_UP',
    ],
    ['less went back than refunds say', payment(), used, [part], 'REFUNDS_DO_NOT_ADD_UP'],
    [
      'left without a refund that is owed',
      payment(),
      order({ ...left, shareOwed: 50 }),
      [],
      'ENDED_BUT_KEPT',
    ],
    [
      'ended after parts that the bank sent back',
      payment({ refunded: 100 }),
      inParts,
      [
        { ...sentBack, amount: 9_900, endsStay: false },
        { ...part, amount: 100 },
      ],
      'REFUND_SENT_BACK',
    ],
    [
      'ended after parts, and some is kept',
      payment({ refunded: 9_999 }),
      inParts,
      [{ ...part, amount: 9_999 }],
      'ENDED_BUT_KEPT',
    ],
    [
      'refused and returned, though paid in time',
      payment({ ...refused, refunded: 10_000 }),
      closed,
      [gone],
      'PAID_IN_TIME_BUT_CLOSED',
    ],
    [
      'refused and returned, paid at the deadline',
      payment({ ...refused, refunded: 10_000, paidAt: deadline }),
      closed,
      [gone],
      null,
    ],
    [
      'another amount in time, returned',
      payment({ ...refused, received: { amount: 9_999, currency: 'CNY' }, refunded: 9_999 }),
      closed,
      [{ ...gone, amount: 9_999 }],
      null,
    ],
    ['everything given back after the stay', payment({ refunded: 10_000 }), used, [part], null],
    ['refused and returned', payment({ ...refused, refunded: 10_000 }), booked, [gone], null],
    ['a refund under way', payment({ refunded: 10_000 }), booked, [open], null],
    ['a refund under way for a day', payment(), booked, [oldOpen], 'REFUND_STUCK'],
    ['not told', payment({ orderAnswer: undefined }), booked, [], 'ORDER_NOT_TOLD'],
    ['refused and kept', payment(refused), null, [failed], 'REFUSED_MONEY_KEPT'],
    [
      'another amount, kept',
      payment({ ...refused, received: { amount: 9_999, currency: 'CNY' } }),
      null,
      [failed],
      'OTHER_AMOUNT_KEPT',
    ],
    [
      'another currency, kept',
      payment({ ...refused, received: { amount: 10_000, currency: 'JPY' } }),
      null,
      [failed],
      'OTHER_AMOUNT_KEPT',
    ],
    [
      'another amount, returned',
      payment({ ...refused, received: { amount: 9_999, currency: 'CNY' }, refunded: 9_999 }),
      null,
      [{ ...gone, amount: 9_999 }],
      null,
    ],
    ['another payment', payment(), order({ paymentSn: 'PMT2' }), [], 'MONEY_WITHOUT_BOOKING'],
    ['no order', payment(), null, [], 'MONEY_WITHOUT_BOOKING'],
    ['ended without a share', payment(), order({ ...left, shareOwed: null }), [], null],
    ['the stay goes on', payment({ refunded: 5_000 }), booked, [half], 'REFUNDED_BUT_BOOKED'],
    ['disputed', payment({ refunded: 10_000 }), booked, [dispute], 'REFUNDED_BUT_BOOKED'],
    ['the refund failed', payment(), refunded, [failed], 'ENDED_BUT_KEPT'],
    ['the refund is not known', payment(), refunded, [], 'ENDED_BUT_KEPT'],
    ['sent back by the bank', payment(), refunded, [sentBack], 'REFUND_SENT_BACK'],
    [
      'sent back, and given back anew',
      payment({ refunded: 10_000 }),
      refunded,
      [sentBack, later({ state: 'SUCCESS' })],
      null,
    ],
    [
      'half was sent back, and given back anew',
      payment({ refunded: 5_000 }),
      refunded,
      [{ ...sentBack, amount: 5_000 }, later({ state: 'SUCCESS', amount: 5_000 })],
      null,
    ],
    [
      'sent back, and given back anew in part',
      payment({ refunded: 4_999 }),
      refunded,
      [{ ...sentBack, amount: 5_000 }, later({ state: 'SUCCESS', amount: 4_999 })],
      'REFUND_SENT_BACK',
    ],
    [
      'sent back, and giving it back anew failed',
      payment(),
      refunded,
      [sentBack, later({ state: 'FAILED' })],
      'REFUND_SENT_BACK',
    ],
    ['too much went back', payment({ refunded: 10_001 }), used, [part], 'REFUNDED_TOO_MUCH'],
  ])('%s', (_, paid, itsOrder, refunds, difference) => {
    expect(kindOf(paid, itsOrder, refunds)).toBe(difference);
  });
});

test.each<[string, Partial<Refund>, Refund[], DifferenceKind | null]>([
  ['a host’s end', { cause: 'HOST' }, [], 'REFUND_SENT_BACK'],
  ['a traveller’s leaving', { cause: 'TRAVELLER' }, [], 'REFUND_SENT_BACK'],
  ['an end, until it is given back anew', {}, [later({ state: 'SUCCESS', amount: 4_000 })], null],
])('a part that the bank sent back after %s is owed', (_, given, more, kind) => {
  const part = sampleRefund({ ...sentBack, sn: 'RFD0', amount: 4_000, endsStay: false });
  const ending = sampleRefund({ ...gone, amount: 5_999, ...given });
  const paid = payment({ refunded: more.length > 0 ? 9_999 : 5_999 });
  expect(kindOf(paid, refunded, [part, ending, ...more])).toBe(kind);
});

const at = (ms: number) => new Date(now.getTime() + ms);
const partSentBack = (sn: string, began: number, back: number, amount = 4_000) =>
  sampleRefund({
    ...{ ...sentBack, sn, amount, endsStay: false, cause: 'HOST' as const },
    ...{ createdAt: at(began), settledAt: at(back) },
  });
const partAt = (sn: string, began: number, given: Partial<Refund> = {}) =>
  sampleRefund({ ...part, sn, amount: 4_000, createdAt: at(began), ...given });

test('a dispute that is won after a traveller has left owes nothing', () => {
  const won = { ...sentBack, cause: 'PROVIDER' as const, endsStay: false, amount: 3_000 };
  const refunds = [sampleRefund({ ...won, sn: 'RFD0', createdAt: at(-1) }), half];
  expect(differenceOf(payment({ refunded: 5_000 }), of(refunded, refunds), now)).toBeNull();
});

test.each<[string, Refund[], number]>([
  ['nothing since', [], 4_000],
  ['another try that was sent back too', [partSentBack('R2', 20, 30)], 4_000],
  [
    'another try that was sent back, and one that lasts',
    [partSentBack('R2', 20, 30), partAt('R3', 40)],
    0,
  ],
  ['another try that failed', [partAt('R2', 20, { state: 'FAILED' })], 4_000],
  ['a larger try that failed', [partAt('R2', 20, { state: 'FAILED', amount: 5_000 })], 4_000],
  ['a part of it', [partAt('R2', 20, { amount: 1_500 })], 2_500],
  ['more than it, sent back too', [partSentBack('R2', 20, 30, 5_000)], 5_000],
  ['another part before it came back', [partAt('R2', 5)], 4_000],
  ['the same by the provider', [partAt('R2', 20, { cause: 'PROVIDER' })], 0],
])('a part that the bank sent back, and %s', (_, since, owed) => {
  const refunds = [partSentBack('R1', 0, 10), ...since];
  const gone = since.filter(({ state }) => state === 'SUCCESS');
  const paid = payment({ refunded: gone.reduce((sum, { amount }) => sum + amount, 0) });
  const shown = owed > 0 ? { kind: 'REFUND_SENT_BACK', owed } : null;
  for (const booking of [used, left])
    expect(differenceOf(paid, of(booking, refunds), now)).toEqual(shown);
  // What the provider gives back by itself is shown while the stay is booked.
  if (gone.some(({ cause }) => cause === 'PROVIDER')) return;
  expect(differenceOf(paid, of(booked, refunds), now)).toEqual(shown);
});

test('an end that was sent back, of a stay that goes on, owes nothing', () => {
  expect(differenceOf(payment(), of(booked, [sentBack]), now)).toBeNull();
  expect(differenceOf(payment(), of({ ...used, refundSn: 'RFD1' }, [sentBack]), now)).toBeNull();
  const byHost = { ...failed, cause: 'HOST' as const };
  expect(differenceOf(payment(), of({ ...booked, refundSn: 'RFD1' }, [byHost]), now)).toBeNull();
});

test('a stay that goes on owes nothing, though the refund that holds it is lost', () => {
  expect(differenceOf(payment(), of({ ...booked, refundSn: 'RFD9' }, []), now)).toBeNull();
});

test('a refund that went through after all is not one that the bank sent back', () => {
  const after = { ...gone, contradicted: true, amount: 4_000 };
  expect(kindOf(payment({ refunded: 4_000 }), refunded, [after])).toBe('ENDED_BUT_KEPT');
});

test.each<[string, Payment, Booking, Refund[]]>([
  ['too much went back', payment({ refunded: 10_001 }), used, [part]],
  ['a refund is stuck', payment(), booked, [oldOpen]],
  ['the order is not told', payment({ orderAnswer: undefined }), booked, []],
  ['refunds do not add up', payment(), used, [part]],
  ['a stay goes on after its refund', payment({ refunded: 5_000 }), booked, [half]],
  ['a returned payment was in time', payment({ ...refused, refunded: 10_000 }), closed, [gone]],
])('nothing is owed if %s', (_, paid, booking, refunds) => {
  expect(differenceOf(paid, of(booking, refunds), now)?.owed).toBe(0);
});

test.each<[string, Payment, Booking, Refund[], number]>([
  [
    'what the share lacks',
    payment({ refunded: 4_000 }),
    refunded,
    [{ ...gone, amount: 4_000 }],
    1_000,
  ],
  ['all that a host keeps', payment({ refunded: 4_000 }), refunded, [hostEnded(4_000)], 6_000],
  ['the end that did not last', payment(), refunded, [{ ...failed, amount: 5_000 }], 5_000],
  [
    'what was not given back anew',
    payment({ refunded: 4_000 }),
    refunded,
    [{ ...sentBack, amount: 5_000 }, later({ state: 'SUCCESS', amount: 4_000 })],
    1_000,
  ],
  ['the share, if the refund is lost', payment({ refunded: 1 }), refunded, [], 4_999],
  ['the last cent of the share too', payment({ refunded: 4_999 }), refunded, [], 1],
  ['all, if no share says how much', payment(), { ...refunded, shareOwed: 0 }, [], 10_000],
  ['all that was refused', payment({ ...refused, refunded: 1 }), null as never, [], 9_999],
  ['the last cent refused', payment({ ...refused, refunded: 9_999 }), null as never, [], 1],
  ['all that is of no booking', payment({ refunded: 1 }), null as never, [], 9_999],
])('owed is %s', (_, paid, booking, refunds, owed) => {
  expect(differenceOf(paid, of(booking, refunds), now)?.owed).toBe(owed);
});
