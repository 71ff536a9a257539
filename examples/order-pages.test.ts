import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { eventually } from '../testing/eventually.ts';
import { storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, tokenOf } from '../testing/tokens.ts';
import { openOrderPage as openApolloPage } from './apollo/order-page.ts';
import type { OrderPage, OrderView } from './order-view.ts';
import { compileQueries, generated } from './relay/compile.ts';
import { openOrderPage as openRelayPage } from './relay/order-page.ts';

let system: TestSystem;
beforeAll(async () => {
  // Node 20 has none of its own; browsers have.
  globalThis.WebSocket ??= WebSocket as never;
  system = await startTestSystem({ homestays: 1 });
});
afterAll(() => system?.stop());

const pages: [string, (page: OrderPage) => () => void][] = [
  ['Apollo Client', openApolloPage],
  ['Relay', openRelayPage],
];

test.each(
  pages,
)('with %s an order page shows the order, and its change by itself', async (_, open) => {
  const story = storyOf(system);
  const { sn } = await story.place();
  const shown: (OrderView | null)[] = [];
  const leave = open({
    url: `${system.urls.gateway}/graphql`,
    token: await tokenOf(ana),
    sn,
    show: (order) => shown.push(order),
  });
  try {
    await eventually(() => shown.at(-1)?.state === 'WAIT_PAY');
    expect(shown.at(-1)?.title).toBe('Lake house home-0');
    await story.cancel(sn);
    await eventually(() => shown.at(-1)?.state === 'CANCELLED');
  } finally {
    leave();
  }
});

test('what Relay’s page runs is what relay-compiler makes of its queries today', async () => {
  const committed = readdirSync(generated).sort();
  const texts = committed.map((name) => readFileSync(join(generated, name), 'utf8'));
  const made = await compileQueries();
  expect([...made.keys()]).toEqual(committed);
  expect([...made.values()]).toEqual(texts);
});
