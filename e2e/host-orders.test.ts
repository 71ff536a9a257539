import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { socketClient, watch } from '../testing/socket-client.ts';
import { dateIn, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';
import { ben, host, operator, type User } from '../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler, homestays: 3 });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const operation = (name: string) =>
  ['amount', name]
    .map((file) => readFileSync(new URL(`../schema/operations/${file}.graphql`, import.meta.url)))
    .join('\n');

/** The serial numbers that a list of orders answers, whatever the list's name. */
async function found(user: User, name: string, filter: object | null): Promise<string[]> {
  const variables = { first: 20, filter };
  type Data = Record<string, { nodes: { sn: string }[] }>;
  const [list] = Object.values(await system.ask<Data>(user, operation(name), variables));
  return (list?.nodes ?? []).map(({ sn }) => sn).sort();
}

test('a host sees who arrives and leaves, and an operator finds any order', async () => {
  const stays = [20, 22].map((day) => ({ checkIn: dateIn(day), checkOut: dateIn(day + 2) }));
  const sns: string[] = [];
  for (const stay of stays) sns.push((await story.place({ homestayId: 'home-0', ...stay })).sn);
  const [first, second] = sns as [string, string];
  const day = { from: dateIn(22), to: dateIn(22) };

  expect(await found(host, 'host-orders', null)).toEqual([...sns].sort());
  expect(await found(host, 'host-orders', { checkIn: day })).toEqual([second]);
  expect(await found(host, 'host-orders', { checkOut: day })).toEqual([first]);
  expect(await found(host, 'host-orders', { homestayId: 'home-1' })).toEqual([]);
  expect(await found(ben, 'host-orders', null)).toEqual([]);

  expect(await found(operator, 'search-orders', { sn: first })).toEqual([first]);
  await expect(found(host, 'search-orders', null)).rejects.toThrow('UNAUTHORIZED_FIELD_OR_TYPE');
});

test('a host’s screen keeps up with all bookings, and with nobody else’s', async () => {
  const query = 'subscription { hostHomestayOrdersChanged { sn state } }';
  const client = await socketClient(system.urls.gateway, { sub: host.id });
  const stranger = await socketClient(system.urls.gateway, { sub: ben.id });
  type Event = { hostHomestayOrdersChanged: { sn: string; state: string } };
  const seen = watch<Event>(client, { query });
  const strangers = watch<Event>(stranger, { query });
  const { sn } = await story.place({ homestayId: 'home-2' });
  const states = () =>
    seen.results
      .map(({ data }) => data?.hostHomestayOrdersChanged)
      .filter((order) => order?.sn === sn)
      .map((order) => order?.state);
  await eventually(() => states().includes('WAIT_PAY'));
  await story.cancel(sn);
  await eventually(() => states().at(-1) === 'CANCELLED');
  expect(states()).toEqual(['WAIT_PAY', 'CANCELLED']);
  expect(strangers.results).toEqual([]);
  await client.dispose();
  await stranger.dispose();
});
