import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/payment/samples.ts';
import type { FoundDifference } from '../domain/difference.ts';
import { listDifferences } from './list-differences.ts';

const found: FoundDifference = {
  ...{ kind: 'REFUND_STUCK', orderSn: 'HSO1', paymentSn: 'PMT1', foundAt: sampleNow },
};
const needs = { listDifferences: async () => [found] };

test('what reconciliation found is listed', async () => {
  expect(await listDifferences(needs)).toEqual([found]);
});
