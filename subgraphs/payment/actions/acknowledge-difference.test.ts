import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/payment/samples.ts';
import type { Acknowledgement } from '../domain/difference.ts';
import { acknowledgeDifference } from './acknowledge-difference.ts';

const key = { kind: 'PAID_IN_TIME_BUT_CLOSED' as const, orderSn: 'HSO1', paymentSn: 'PMT1' };
const olga = { userId: 'olga', roles: ['operator'] };
const request = { ...key, ...olga, reason: ' The traveller was told. ' };

/** Needs that know one difference, and what they were asked to keep. */
function needsOf(isKnown = true) {
  const kept: unknown[] = [];
  const acknowledge = async (given: unknown, acknowledgement: Acknowledgement) => {
    kept.push([given, acknowledgement]);
    const found = { ...key, foundAt: sampleNow, acknowledgements: [acknowledgement] };
    return isKnown ? found : null;
  };
  return { kept, acknowledge, now: async () => sampleNow, log: { info() {} } as never };
}

test('a difference is acknowledged with who, when and why', async () => {
  const needs = needsOf();
  const by = { by: 'olga', reason: 'The traveller was told.', at: sampleNow };
  expect(await acknowledgeDifference(needs, request)).toMatchObject({ acknowledgements: [by] });
  expect(needs.kept).toEqual([[key, by]]);
});

test.each([
  ['somebody who is no operator', { roles: ['host'] }, 'DIFFERENCE_UNKNOWN'],
  ['no reason', { reason: ' ' }, 'REASON_INVALID'],
  ['a reason of 201 characters', { reason: 'x'.repeat(201) }, 'REASON_INVALID'],
])('with %s it is not', async (_, given, reason) => {
  const needs = needsOf();
  expect(await acknowledgeDifference(needs, { ...request, ...given })).toMatchObject({ reason });
  expect(needs.kept).toEqual([]);
});

test('what no reconciliation has found is refused', async () => {
  const answer = await acknowledgeDifference(needsOf(false), request);
  expect(answer).toMatchObject({ reason: 'DIFFERENCE_UNKNOWN' });
});
