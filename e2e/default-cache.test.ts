import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core/index.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, tokenOf } from '../testing/tokens.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ homestays: 1 });
});
afterAll(() => system?.stop());

test('Apollo Client’s default cache shows a live change in the query that is on screen', async () => {
  const story = storyOf(system);
  const { sn } = await story.place();
  const headers = { authorization: `Bearer ${await tokenOf(ana)}` };
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${system.urls.gateway}/graphql`, headers }),
    cache: new InMemoryCache(),
  });
  const page = client.watchQuery<{ homestayOrder: { state: string } }>({
    query: gql`query Page($sn: ID!) { homestayOrder(sn: $sn) { id sn state } }`,
    variables: { sn },
  });
  const shown: (string | undefined)[] = [];
  const reading = page.subscribe(({ data }) => {
    const { state } = (data?.homestayOrder ?? {}) as { state?: string };
    if (state !== shown.at(-1)) shown.push(state);
  });
  const live = client
    .subscribe({
      query: gql`subscription Live($sn: ID!) { homestayOrderStateChanged(sn: $sn) { id state } }`,
      variables: { sn },
    })
    .subscribe({});
  try {
    await eventually(() => shown.at(-1) === 'WAIT_PAY');
    await story.cancel(sn);
    await eventually(() => shown.at(-1) === 'CANCELLED');
  } finally {
    live.unsubscribe();
    reading.unsubscribe();
    client.stop();
  }
  expect(shown.filter(Boolean)).toEqual(['WAIT_PAY', 'CANCELLED']);
});
