import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { booksOf, wrongIn } from '../../testing/payment/ledger.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { closingCases } from './cases/closing.ts';
import { notificationCases } from './cases/notifications.ts';
import { ownTroubleCases } from './cases/our-own-trouble.ts';
import { providerTroubleCases } from './cases/provider-trouble.ts';
import { refundCases } from './cases/refunds.ts';
import { type World, worldOf } from './cases/world.ts';

let system: TestSystem;
let world: World;
beforeAll(async () => {
  system = await startTestSystem({
    parts: withoutScheduler,
    env: { QUERY_WAITING_AFTER: '1ms', PROVIDER_TIMEOUT: '1500ms' },
  });
  world = worldOf(system);
});
afterEach(() => world.sandbox({}));
afterAll(() => system?.stop());

const cases = {
  ...notificationCases,
  ...closingCases,
  ...providerTroubleCases,
  ...refundCases,
  ...ownTroubleCases,
};

test.each(Object.entries(cases))('%s', async (_, play) => {
  const sn = await play(world);
  await eventually(async () => wrongIn(await booksOf(system, sn)).length === 0, 5_000).catch(
    () => {},
  );
  expect(wrongIn(await booksOf(system, sn))).toEqual([]);
});

test('afterwards money and bookings agree everywhere', async () => {
  expect(await system.job('payment', 'reconcilePayments')).toEqual({ reconcilePayments: 0 });
});
