import { describe, expect, test } from '@jest/globals';
import { samplePaid, sampleRefund } from '../../../testing/payment/samples.ts';
import type { Payment } from './payment.ts';
import {
  causeOf,
  decideAmount,
  isSameRequest,
  malformed,
  type OrderToRefund,
  type RefundKind,
  type RefundRequest,
  shareOf,
} from './refund-request.ts';

const order = (given: Partial<OrderToRefund> = {}): OrderToRefund => ({
  ...{ sn: 'HSO1', travellerId: 'ana', hostId: 'hana' },
  ...{ leavable: true, ended: false, share: 50 },
  ...given,
});
const request = (given: Partial<RefundRequest> = {}): RefundRequest => ({
  ...{ kind: 'LEAVE', orderSn: 'HSO1', reason: 'Plans have changed.', idempotencyKey: 'key' },
  ...{ userId: 'ana', roles: [] },
  ...given,
});
const cny = (amount: number) => ({ amount, currency: 'CNY' });

test.each([
  ['', 'key', 'REASON_INVALID'],
  ['  ', 'key', 'REASON_INVALID'],
  ['x', 'key', undefined],
  [` ${'é'.repeat(200)} `, 'key', undefined],
  ['é'.repeat(201), 'key', 'REASON_INVALID'],
  ['x', '', 'IDEMPOTENCY_KEY_INVALID'],
  ['x', 'k'.repeat(64), undefined],
  ['x', 'k'.repeat(65), 'IDEMPOTENCY_KEY_INVALID'],
  ['x', 'k\ud800', 'IDEMPOTENCY_KEY_INVALID'],
  [`x${'\u0301'.repeat(45_000)}`, 'key', 'REASON_INVALID'],
  ['x', `k${'\u0301'.repeat(45_000)}`, 'IDEMPOTENCY_KEY_INVALID'],
])('a request with the reason "%s" and the key "%s": %s', (reason, idempotencyKey, refusal) => {
  const refused = refusal ? expect.objectContaining({ reason: refusal }) : null;
  expect(malformed(request({ reason, idempotencyKey }))).toEqual(refused);
});

test('all that is wrong with a request is told at once, each with its field and limits', () => {
  expect(malformed(request({ reason: ' ', idempotencyKey: 'k'.repeat(65) }))).toMatchObject({
    ...{ reason: 'REASON_INVALID', path: ['input', 'reason'], limits: { min: 1, max: 200 } },
    also: [
      {
        reason: 'IDEMPOTENCY_KEY_INVALID',
        ...{ path: ['input', 'idempotencyKey'], limits: { min: 1, max: 64 } },
      },
    ],
  });
});

describe('who may ask', () => {
  test.each<[RefundKind, string, string[], string | null]>([
    ['LEAVE', 'ana', [], 'TRAVELLER'],
    ['LEAVE', 'hana', [], null],
    ['LEAVE', 'olga', ['operator'], null],
    ['END', 'hana', [], 'HOST'],
    ['END', 'olga', ['operator'], 'OPERATOR'],
    ['END', 'hana', ['operator'], 'OPERATOR'],
    ['END', 'ana', [], null],
    ['END', 'ben', [], null],
    ['PART', 'hana', [], 'HOST'],
    ['PART', 'olga', ['operator'], 'OPERATOR'],
    ['PART', 'ana', [], null],
  ])('%s, by %s with the roles %j: %s', (kind, userId, roles, cause) => {
    expect(causeOf(order(), { kind, userId, roles })).toBe(cause);
  });
});

describe('how much goes back', () => {
  const part = (given: Partial<Payment>) => samplePaid({ refunded: 0, ...given });
  test.each<[string, Partial<OrderToRefund>, Payment | null, Partial<RefundRequest>, unknown]>([
    ['the share of the policy', {}, part({}), {}, 5_000],
    ['a share of an odd amount, rounded down', { share: 33 }, part({ amount: 101 }), {}, 33],
    ['all, if the policy says so', { share: 100 }, part({}), {}, 10_000],
    ['nothing, if the policy says so', { share: 0 }, part({}), {}, 0],
    ['the share, although a part went back before', {}, part({ refunded: 3_000 }), {}, 5_000],
    ['what is left of the share', {}, part({ refunded: 6_000 }), {}, 4_000],
    ['nothing of an order that is not paid', {}, null, {}, 'ORDER_NOT_PAID'],
    ['nothing of a stay that was used', { leavable: false }, part({}), {}, 'STATE_FORBIDS'],
    ['all, if the host ends the stay', { share: 0 }, part({}), { kind: 'END' }, 10_000],
    ['all that is left', {}, part({ refunded: 1 }), { kind: 'END' }, 9_999],
    ['nothing, if all went back before', {}, part({ refunded: 10_000 }), { kind: 'END' }, 0],
    ['no end of a used stay', { leavable: false }, part({}), { kind: 'END' }, 'STATE_FORBIDS'],
    ['a part', {}, part({}), { kind: 'PART', amount: cny(1) }, 1],
    ['a part after the stay', { leavable: false }, part({}), { kind: 'PART', amount: cny(9) }, 9],
    ['everything as a part', {}, part({}), { kind: 'PART', amount: cny(10_000) }, 10_000],
    ['too much', {}, part({}), { kind: 'PART', amount: cny(10_001) }, 'AMOUNT_INVALID'],
    [
      'more than is left',
      {},
      part({ refunded: 1 }),
      { kind: 'PART', amount: cny(10_000) },
      'AMOUNT_INVALID',
    ],
    ['nothing', {}, part({}), { kind: 'PART', amount: cny(0) }, 'AMOUNT_INVALID'],
    ['less than nothing', {}, part({}), { kind: 'PART', amount: cny(-5) }, 'AMOUNT_INVALID'],
    ['no amount', {}, part({}), { kind: 'PART' }, 'AMOUNT_INVALID'],
    [
      'another currency',
      {},
      part({}),
      { kind: 'PART', amount: { amount: 1, currency: 'JPY' } },
      'AMOUNT_INVALID',
    ],
    [
      'a part, and nothing is left',
      {},
      part({ refunded: 10_000 }),
      { kind: 'PART', amount: cny(1) },
      'NOTHING_LEFT',
    ],
  ])('%s', (_, given, paid, asked, expected) => {
    const decided = decideAmount(order(given), paid, request(asked), 1);
    expect(typeof decided === 'number' ? decided : decided.reason).toBe(expected);
  });

  test('a share is rounded to what the provider can refund: half of 12.350 dinar is 6.170', () => {
    const paid = samplePaid({ amount: 12_350, currency: 'KWD' });
    expect(decideAmount(order(), paid, request(), 10)).toBe(6_170);
    const amount = { amount: 15, currency: 'KWD' };
    expect(decideAmount(order(), paid, request({ kind: 'PART', amount }), 10)).toMatchObject({
      reason: 'AMOUNT_INVALID',
    });
    expect(
      decideAmount(order(), { ...paid, amount: 12_345 }, request({ kind: 'PART' }), 10),
    ).toEqual(
      expect.objectContaining({
        path: ['input', 'amount'],
        limits: { min: 10, max: 12_340, currency: 'KWD' },
      }),
    );
    amount.amount = 20;
    expect(decideAmount(order(), paid, request({ kind: 'PART', amount }), 10)).toBe(20);
  });

  test('a share of a very large amount is exact', () => {
    const paid = samplePaid({ amount: Number.MAX_SAFE_INTEGER });
    expect(shareOf(paid, 99, 1)).toBe(8_917_127_262_193_581);
  });

  test('a share is one of what really arrived', () => {
    expect(shareOf(samplePaid({ received: cny(9_000) }), 50, 1)).toBe(4_500);
  });
});

describe('the same key', () => {
  const refund = sampleRefund({ reason: 'Plans have changed.', endsStay: true });
  const asked = sampleRefund({ cause: 'HOST', endsStay: false, amount: 500 });
  const part = { kind: 'PART' as const, amount: cny(500) };
  test.each<[string, boolean, typeof refund, Partial<RefundRequest>, 'TRAVELLER' | 'HOST']>([
    ['leaving again', true, refund, { reason: ' Plans have changed. ' }, 'TRAVELLER'],
    ['leaving for another reason', false, refund, { reason: 'Ill.' }, 'TRAVELLER'],
    ['a part of an erased traveller', true, { ...asked, reason: '' }, part, 'HOST'],
    ['ending by somebody else', false, refund, { kind: 'END' }, 'HOST'],
    ['a part again', true, asked, part, 'HOST'],
    ['another part', false, asked, { kind: 'PART', amount: cny(501) }, 'HOST'],
    ['no part', false, asked, { kind: 'PART' }, 'HOST'],
    [
      'a part in another currency',
      false,
      asked,
      { kind: 'PART', amount: { amount: 500, currency: 'JPY' } },
      'HOST',
    ],
    ['an end where a part was asked for', false, asked, { kind: 'END' }, 'HOST'],
    [
      'a part where an end was asked for',
      false,
      sampleRefund({ cause: 'HOST' }),
      { kind: 'PART', amount: cny(10_000) },
      'HOST',
    ],
  ])('%s is the same: %s', (_, same, stored, given, cause) => {
    expect(isSameRequest(stored, request(given), cause)).toBe(same);
  });
});
