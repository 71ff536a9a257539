import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eraseUser, exportUser, type PersonalDatabases } from '../../embedded/personal-data.ts';
import { subgraphNames } from '../../runtime/services.ts';
import { eventually } from '../../testing/eventually.ts';
import { dateIn, payOnPage, storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';
import { ana, ben, host } from '../../testing/tokens.ts';

let system: TestSystem;
let databases: PersonalDatabases;
beforeAll(async () => {
  system = await startTestSystem({ env: { PAYMENT_SWEEP_EVERY: '200ms' } });
  databases = Object.fromEntries(
    subgraphNames.map((name) => [name, { db: system.databases[name] }]),
  ) as PersonalDatabases;
}, 60_000);
afterAll(() => system.stop());

/** Everything that is stored, as text. */
async function allStored(): Promise<string> {
  const texts: string[] = [];
  for (const { db } of Object.values(databases))
    for (const { name } of await db.listCollections().toArray())
      texts.push(JSON.stringify(await db.collection(name).find().toArray()));
  return texts.join('\n');
}

/** The host gives a part of a stay back, always with the same key. */
const gives = (story: ReturnType<typeof storyOf>, sn: string) =>
  story.giveBack(sn, 1, host, { idempotencyKey: 'Hana gives back' });

/** Ana leaves a stay of which a part has come back. Returns the order's serial number. */
async function leaves(story: ReturnType<typeof storyOf>): Promise<string> {
  const { sn } = await story.place({ homestayId: 'home-2' });
  await payOnPage((await story.pay(sn)).payUrl as string);
  await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
  await gives(story, sn);
  await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SUCCESS');
  await story.leave(sn, ana, { idempotencyKey: 'Ana leaves' });
  await eventually(async () => (await story.see(sn))?.state === 'REFUNDED');
  return sn;
}

test('a traveller gets what is stored of them, and is erased once everything has ended', async () => {
  const story = storyOf(system);
  const key = { idempotencyKey: 'Ana orders' };
  const stay = { remark: 'I snore.', checkIn: dateIn(0), checkOut: dateIn(1), ...key };
  const left = await leaves(story);
  const firstGift = await gives(story, left);
  const { sn } = await story.place(stay, { ...ana, email: 'ana@example.org' });
  const others = await story.place({ homestayId: 'home-1' }, ben);
  await payOnPage((await story.pay(sn)).payUrl as string);
  const order = await eventually(async () => {
    const seen = await story.see(sn);
    return seen?.state === 'WAIT_USE' && seen;
  });
  await expect(eraseUser(databases, ana.id)).rejects.toThrow(sn);
  await story.checkIn(sn, order.ticketCode as string);
  const comment = `mutation { commentOnStay(input: {
    orderSn: "${sn}", stars: 4, content: "Ana was here.", author: "Ana A." }) { __typename } }`;
  await system.ask(ana, comment);

  // The database deletes an email 90 days after this date.
  await eventually(async () =>
    (await exportUser(databases, ana.id)).emails?.some((email) => 'sentAt' in email),
  );
  const indexes = await system.databases.payment.collection('emails').indexes();
  expect(indexes).toContainEqual(expect.objectContaining({ expireAfterSeconds: 90 * 86_400 }));

  const given = await exportUser(databases, ana.id);
  expect(given.orders?.filter(({ _id }) => _id === sn)).toMatchObject([
    { _id: sn, remark: 'I snore.', travellerEmail: 'ana@example.org' },
  ]);
  const payments = [expect.objectContaining({ orderSn: sn })];
  expect(given.payments).toEqual(expect.arrayContaining(payments));
  expect(given.comments).toMatchObject([{ author: 'Ana A.' }]);

  const ofOrder = { orderSn: sn };
  const returnUrl = 'https://stay.example/?from=ana';
  await system.databases.payment.collection('payments').updateOne(ofOrder, { $set: { returnUrl } });
  await eventually(() => eraseUser(databases, ana.id).catch(() => null));
  const words = ['"ana"', 'ana@example.org', 'I snore.', 'Ana A.', 'Ana was here.'];
  const stored = await allStored();
  // The host's key still keeps a repeated request from giving money back twice.
  expect(stored).toContain('Hana gives back');
  expect(await gives(story, left)).toMatchObject({ sn: firstGift.sn });
  for (const word of [...words, 'Ana leaves', 'Ana orders', 'from=ana'])
    expect([word, stored.includes(word)]).toEqual([word, false]);
  expect(stored).toContain(`"${ben.id}"`);
  expect(await story.see(sn, ana)).toBeNull();
  expect(await story.see(others.sn, ben)).not.toBeNull();
  expect(await exportUser(databases, ana.id)).toMatchObject({ orders: [], payments: [] });

  const notices = `mutation { editHomestayShop(input: { shopId: "shop", notices: true }) {
    ... on HomestayShop { noticesTo } } }`;
  await system.ask({ ...host, email: 'mei@example.org' }, notices);
  expect(await exportUser(databases, host.id)).toMatchObject({
    notices: [{ notices: { email: 'mei@example.org' } }],
  });
  await eraseUser(databases, host.id);
  expect(await allStored()).not.toContain('mei@example.org');
});
