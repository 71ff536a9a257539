import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { shardKeys } from '../../deploy/shard-keys.ts';
import { eraseUser, exportUser, type PersonalDatabases } from '../../embedded/personal-data.ts';
import { type Database, openDatabase } from '../../runtime/mongo.ts';
import { databaseOwners, services, subgraphNames } from '../../runtime/services.ts';
import { testMongoUri } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { doEveryJob } from '../../testing/operations/every-job.ts';
import { isOf, type Sent, sentBy, wrongWith } from '../../testing/operations/shard-watch.ts';
import { watchCommands } from '../../testing/operations/watch-commands.ts';
import { dateIn, payOnPage, storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana, ben, host, operator, type User } from '../../testing/tokens.ts';

const watch = watchCommands(sentBy);
let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  const env = {
    CLOSE_ORDER_AFTER: '20m',
    QUERY_WAITING_AFTER: '1ms',
    WEBHOOK_PRIVATE_ADDRESSES: 'true',
  };
  system = await startTestSystem({ parts: withoutScheduler, env });
  story = storyOf(system);
});
afterAll(async () => {
  watch.stop();
  await system?.stop();
});

const becomes = (sn: string, state: string, user: User = ana) =>
  eventually(async () => {
    const seen = await story.see(sn, user);
    return seen?.state === state && seen;
  });
const paid = async (given: Record<string, unknown>, user: User = ana) => {
  const { sn } = await story.place(given, user);
  await payOnPage((await story.pay(sn, user)).payUrl as string);
  return sn;
};
const night = (day: number) => ({ checkIn: dateIn(day), checkOut: dateIn(day + 1) });

/** Whatever can be asked and done, at least once. */
async function wholeStory(): Promise<void> {
  const key = { idempotencyKey: 'the same' };
  const first = await story.place({ ...night(1), ...key });
  expect(await story.place({ ...night(1), ...key })).toMatchObject({ sn: first.sn });
  expect(await story.place(night(1), ben)).toMatchObject({ reason: 'NIGHTS_TAKEN' });
  await story.cancel(first.sn);
  await story.pay((await story.place(night(2))).sn);
  const [used, left, ended] = [
    await paid({ ...night(0), homestayId: 'home-1' }),
    await paid({ ...night(20), homestayId: 'home-2' }, ben),
    await paid({ ...night(20), homestayId: 'home-3' }),
  ];
  const { ticketCode } = await becomes(used, 'WAIT_USE');
  await story.checkIn(used, ticketCode as string);
  await becomes(left, 'WAIT_USE', ben);
  await becomes(ended, 'WAIT_USE');
  await story.leave(left, ben);
  await story.giveBack(ended, 100, host);
  await doEveryJob(system);
  await story.end(ended, host);
  await becomes(left, 'REFUNDED', ben);
  await overdue();
  await ofLongAgo(used);
  await doEveryJob(system);
  expect(await story.see(used)).toMatchObject({ state: 'USED' });
  await ofHost();
  await lists();
  await personalData();
}

async function ofHost(): Promise<void> {
  const input = { homestayId: 'home-4', from: dateIn(30), to: dateIn(31) };
  for (const field of ['blockNights', 'openNights'])
    await mutate(host, field, 'NightsInput', input);
  const calendar = { homestayId: 'home-4', url: 'http://127.0.0.1:1/none.ics' };
  for (const field of ['importCalendar', 'removeCalendar'])
    await mutate(host, field, 'CalendarInput', calendar);
  await webhooks();
}

async function webhooks(): Promise<void> {
  const url = 'http://127.0.0.1:1/none';
  const told = () => system.databases.order.collection('webhook_messages');
  for (const [user, shopId] of [
    [host, 'shop'],
    [operator, null],
  ] as const)
    await mutate(user, 'registerOrderWebhook', 'RegisterOrderWebhookInput', { shopId, url });
  await story.cancel((await story.place({ ...night(40), homestayId: 'home-4' })).sn);
  await eventually(async () => (await told().countDocuments()) >= 4);
  await doEveryJob(system);
  const { _id: webhook, shop } = await eventually(async () => {
    const message = await told().findOne({ tries: { $gt: 0 } });
    const webhooks = system.databases.order.collection('webhooks');
    return message && webhooks.findOne({ _id: message.webhookId });
  });
  const user = shop ? host : operator;
  const replay = { id: webhook, since: '2020-01-01T00:00:00Z', failedOnly: false };
  await mutate(user, 'replayOrderWebhook', 'ReplayOrderWebhookInput', replay);
  const fields = '{ orderWebhooks { waiting givenUp { id } } }';
  await system.ask(user, shop ? `{ homestayShop(id: "shop") ${fields} }` : fields);
  await system.ask(user, `mutation { removeOrderWebhook(input: { id: "${webhook}" }) }`);
}

const mutate = (user: User, field: string, type: string, input: object) =>
  system.ask(user, `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`, {
    input,
  });

async function lists(): Promise<void> {
  const fields = 'nodes { sn } pageInfo { endCursor }';
  const order =
    'nodes { sn payment { sn } refunds { sn } homestay { title } } pageInfo { endCursor }';
  const day = `{ from: "${dateIn(0)}", to: "${dateIn(9)}" }`;
  const mine = 'hostId: "hana", homestayId: "home-1", states: [USED]';
  for (const [user, list, filter] of [
    [ana, 'myHomestayOrders', 'filter: { states: WAIT_USE }'],
    [host, 'hostHomestayOrders', `filter: { checkIn: ${day}, checkOut: ${day} }`],
    [operator, 'searchHomestayOrders', `filter: { checkIn: ${day}, ${mine} }`],
    [operator, 'searchPayments', 'filter: { hostId: "hana", from: "2026-01-01T00:00:00Z" }'],
    [operator, 'searchPayments', 'filter: { travellerId: "ana", states: [SUCCESS] }'],
  ] as const) {
    const nodes = list === 'searchPayments' ? fields : order;
    type Page = Record<string, { pageInfo: { endCursor: string } }>;
    const ask = (given: string) =>
      system.ask<Page>(user, `{ ${list}(first: 1 ${given}) { ${nodes} } }`);
    const after = `after: "${(await ask(''))[list]?.pageInfo.endCursor}"`;
    for (const given of [after, filter, `${filter} ${after}`]) await ask(given);
  }
  // What is not full goes on in the archive.
  type Found = { searchHomestayOrders: { edges: { cursor: string }[] } };
  const search = (given: string) =>
    system.ask<Found>(
      operator,
      `{ searchHomestayOrders(first: 99 ${given}) { edges { cursor } } }`,
    );
  const { edges } = (await search('')).searchHomestayOrders;
  await search(`after: "${edges[0]?.cursor}"`);
  await system.ask(operator, '{ paymentDifferences { kind order { sn } payment { sn } } }');
  await system.ask(
    operator,
    '{ searchPayments(first: 1, filter: { orderSn: "HSO1" }) { nodes { sn } } }',
  );
  for (const name of ['order', 'payment'] as const) await system.metric(name, 'open_work');
}

/** Deadlines pass: of an order without an attempt, and of one with. */
async function overdue(): Promise<void> {
  await story.place({ ...night(3), homestayId: 'home-5' });
  const orders = system.databases.order.collection('orders');
  for (const { _id, attempt } of await orders.find({ state: 'WAIT_PAY' }).toArray()) {
    const past = { closeAt: new Date(0), ...(attempt ? { 'attempt.closeFrom': new Date(0) } : {}) };
    await orders.updateOne({ _id }, { $set: past });
  }
}

/** Its stay was so long ago that it belongs in the archive. */
async function ofLongAgo(sn: string): Promise<void> {
  const orders = system.databases.order.collection<{ _id: string }>('orders');
  await orders.updateOne({ _id: sn }, { $set: { checkOut: dateIn(-500) } });
}

/** The collections that are asked while what is Ben's is given and erased, by service. */
const askedForBen: Record<string, string[]> = {};

async function personalData(): Promise<void> {
  const opened: Database[] = [];
  const databases = {} as PersonalDatabases;
  for (const name of subgraphNames) {
    const database = await openDatabase(testMongoUri(), `${system.env.DATABASE_PREFIX}${name}`, {
      metrics: new Registry(),
    });
    opened.push(database);
    databases[name] = database;
  }
  const before = watch.sent.length;
  await exportUser(databases, ben.id);
  await eraseUser(databases, ben.id);
  for (const sent of watch.sent.slice(before))
    askedForBen[serviceOf(sent)] = [...(askedForBen[serviceOf(sent)] ?? []), sent.collection];
  for (const { stop } of opened) await stop();
}

/** What the driver sends as the collection of a stream of a whole database. */
const wholeDatabase = '1';
const prefix = () => system.env.DATABASE_PREFIX as string;
const serviceOf = ({ database }: Sent) => database.slice(prefix().length);

test('every query and write names its shard key, or the table says why it asks all', async () => {
  await wholeStory();
  const ours = watch.sent.filter(
    ({ database, collection }) => database.startsWith(prefix()) && collection !== wholeDatabase,
  );
  const wrong = ours.flatMap((sent) => {
    const what = wrongWith(sent, shardKeys[serviceOf(sent)]?.[sent.collection]);
    return what ? [`${serviceOf(sent)}.${sent.collection}: ${what}`] : [];
  });
  expect([...new Set(wrong)].sort()).toEqual([]);
}, 120_000);

test.each(
  subgraphNames,
)('%s gives and erases what it says that it keeps of a person', async (name) => {
  const { keepsOfPersons } = (await import(
    `../../${services[name].folder}/store/personal-data.ts`
  )) as { keepsOfPersons: Record<string, boolean> };
  const kept = Object.keys(keepsOfPersons).filter((collection) => keepsOfPersons[collection]);
  expect(askedForBen[name]).toEqual(expect.arrayContaining(kept));
});

test('what may ask all shards is asked', () => {
  const unused = Object.entries(shardKeys).flatMap(([service, collections]) =>
    Object.entries(collections).flatMap(([collection, sharding]) =>
      Object.keys('key' in sharding ? (sharding.asksAll ?? {}) : {})
        .filter(
          (shape) =>
            !watch.sent.some(
              (sent) =>
                serviceOf(sent) === service &&
                sent.collection === collection &&
                isOf(sent.shape, shape),
            ),
        )
        .map((shape) => `${service}.${collection}: ${shape}`),
    ),
  );
  expect(unused).toEqual([]);
});

test('every collection is in the table', async () => {
  // The sandbox stands for a provider outside.
  for (const service of databaseOwners.filter((name) => name !== 'sandbox')) {
    const stored = await system.databases[service as 'order'].listCollections().toArray();
    const unknown = stored.map(({ name }) => name).filter((name) => !shardKeys[service]?.[name]);
    expect([service, unknown]).toEqual([service, []]);
  }
});

test('a filter names a key by its value, not by a range', () => {
  const shape = (filter: object) => sentBy(started('find', { find: 'x', filter }))[0];
  expect(shape({ _id: 'a' })?.carries('_id')).toBe(true);
  expect(shape({ _id: { $in: ['a'] } })?.carries('_id')).toBe(true);
  expect(shape({ $or: [{ _id: 'a' }, { _id: 'b' }] })?.carries('_id')).toBe(true);
  expect(shape({ $and: [{ x: 1 }, { _id: 'b' }] })?.carries('_id')).toBe(true);
  for (const filter of [{}, { _id: { $gt: 'a' } }, { $or: [{ _id: 'a' }, { x: 1 }] }])
    expect(shape(filter)?.carries('_id')).toBe(false);
  expect(shape({ b: 1, a: 2 })?.shape).toBe('find a b');
});
const started = (commandName: string, command: object) =>
  ({ databaseName: 'd', commandName, command }) as never;
