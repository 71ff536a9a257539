import { expect, test } from '@jest/globals';
import { sampleHomestay } from '../../../testing/order/sample-order.ts';
import { ownHomestay } from './own-homestay.ts';

const lake = sampleHomestay({ hostId: 'hana' });
const needs = { homestay: async (id: string) => (id === 'lake-house' ? lake : null) };

test('a host finds their own homestay', async () => {
  expect(await ownHomestay(needs, 'hana', 'lake-house')).toBe(lake);
});

test.each([
  ['of another host', 'bo', 'lake-house'],
  ['that is not there', 'hana', 'no-house'],
])('a homestay %s does not exist', async (_, hostId, homestayId) => {
  expect(await ownHomestay(needs, hostId, homestayId)).toMatchObject({
    refused: true,
    reason: 'HOMESTAY_UNKNOWN',
  });
});
