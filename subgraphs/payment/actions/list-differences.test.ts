import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/payment/samples.ts';
import type { FoundDifference } from '../domain/difference.ts';
import { listDifferences } from './list-differences.ts';

const found = (orderSn: string): FoundDifference => ({
  ...{ kind: 'REFUND_STUCK', orderSn, paymentSn: 'PMT1', foundAt: sampleNow },
  acknowledgements: [],
});
const needs = {
  openDifferences: async () => [found('HSO1')],
  acknowledgedDifferences: async () => [found('HSO2')],
};

test('what reconciliation found is listed, or what was acknowledged', async () => {
  expect(await listDifferences(needs, { acknowledged: false })).toEqual([found('HSO1')]);
  expect(await listDifferences(needs, { acknowledged: true })).toEqual([found('HSO2')]);
});
