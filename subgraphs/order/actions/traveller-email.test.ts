import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { travellerEmail } from './traveller-email.ts';

test('the traveller of an order gets mail where they have said, or nowhere', async () => {
  const told = sampleOrder({ travellerEmail: 'an@example.org' });
  const silent = sampleOrder();
  expect(await travellerEmail(oneOrder(told), told.sn)).toBe('an@example.org');
  expect(await travellerEmail(oneOrder(silent), silent.sn)).toBeNull();
  expect(await travellerEmail(oneOrder(null), 'HSO0')).toBeNull();
});
