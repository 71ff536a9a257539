import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Audit, audit, isClean } from '../../chaos/audit.ts';
import type { Fleet } from '../../chaos/fleet.ts';
import type { Ledger } from '../../chaos/load.ts';
import { eventually } from '../../testing/eventually.ts';
import { payOnPage, storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';

let system: TestSystem;
const sns: string[] = [];
const ledger: Ledger = { placed: new Set(), paid: new Set(), cancelled: new Set() };
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler });
  const story = storyOf(system);
  for (let number = 0; number < 5; number += 1) {
    const { sn } = await story.place({ homestayId: `home-${number}` });
    ledger.placed.add(sn);
    sns.push(sn);
  }
  for (const sn of sns.slice(3)) {
    await payOnPage((await story.pay(sn)).payUrl as string);
    ledger.paid.add(sn);
  }
  await eventually(async () => {
    const seen = await Promise.all(sns.slice(3).map((sn) => story.see(sn)));
    return seen.every((order) => order?.state === 'WAIT_USE');
  });
}, 60_000);
afterAll(() => system.stop());

async function found(): Promise<Partial<Audit>> {
  const now = async () => new Date();
  const databases = Object.fromEntries(
    Object.entries(system.databases).map(([name, db]) => [name, { db, now }]),
  );
  const all = await audit({ databases } as unknown as Fleet, ledger);
  return Object.fromEntries(Object.entries(all).filter(([, those]) => those.length > 0));
}

const collection = (database: 'order' | 'sandbox', name: string) =>
  system.databases[database].collection<{ _id: string }>(name);

test('the audit finds nothing where all is well, and each kind of damage', async () => {
  await eventually(async () => isClean({ ...(await found()) } as Audit));
  const [lost = '', bare = '', late = '', robbed = '', free = ''] = sns;
  const orders = collection('order', 'orders');
  await orders.deleteOne({ _id: lost });
  await collection('order', 'nights').deleteMany({ orderSn: bare } as object);
  await orders.updateOne({ _id: late }, { $set: { closeAt: new Date(0) } });
  await orders.updateOne(
    { _id: robbed },
    {
      $set: { state: 'CANCELLED' },
      $push: { history: { state: 'CANCELLED', at: new Date(), cause: 'DEADLINE_PASSED' } as never },
    },
  );
  const payment = await system.databases.payment.collection('payments').findOne({ orderSn: free });
  const unpaid = { $set: { state: 'WAIT' } };
  await collection('sandbox', 'payments').updateOne({ _id: String(payment?._id) }, unpaid);
  ledger.cancelled.add(bare);
  expect(await found()).toEqual({
    'acknowledged and lost': [lost],
    'told paid, and neither booked nor paid back': [robbed],
    'told cancelled, and not cancelled': [bare],
    'open past their deadline': [late],
    'paid in time and closed all the same': [robbed],
    'money without a booking': [robbed],
    'booking without money': [free],
    'nights not held': [bare],
    'nights held by no order': expect.arrayContaining([lost, robbed]),
  });
});
