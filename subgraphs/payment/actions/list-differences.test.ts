import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/payment/samples.ts';
import type { FoundDifference } from '../domain/difference.ts';
import { listDifferences } from './list-differences.ts';

const found: FoundDifference = {
  ...{ kind: 'REFUND_STUCK', orderSn: 'HSO1', paymentSn: 'PMT1', foundAt: sampleNow },
};
const needs = { listDifferences: async () => [found] };

test('operators see what reconciliation found', async () => {
  expect(await listDifferences(needs, { userId: 'olga', roles: ['operator'] })).toEqual([found]);
});

test('nobody else does, not even a host', async () => {
  await expect(listDifferences(needs, { userId: 'hana', roles: ['host'] })).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN' },
  });
});
