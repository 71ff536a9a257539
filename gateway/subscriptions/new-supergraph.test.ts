import { afterEach, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { ordinarySdl, startOrdinarySubgraph } from '../../testing/gateway/ordinary-subgraph.ts';
import { compose, startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';
import { startResolvedSubgraph } from '../../testing/gateway/resolved-subgraphs.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const sdls = {
  clock: ordinarySdl.replace(/extend schema.*\n/, ''),
  names: `type Thing @key(fields: "id") {
    id: ID! name: String rank: String secret: String @authenticated }`,
  moods: 'type Thing @key(fields: "id") { id: ID! mood: String }',
};
/** Plans need `rank` for themselves from now on. */
const needsRank = `type Query { isNew: Boolean }
  type Thing @key(fields: "id") {
    id: ID! rank: String @external mood: String @requires(fields: "rank") }`;

type Reference = { id: string; rank?: string };
const resolvers = {
  names: {
    name: ({ id }: Reference) => `name ${id}`,
    rank: ({ id }: Reference) => `rank ${id}`,
    secret: () => 'SECRET',
  },
  moods: { mood: ({ rank = 'no rank' }: Reference) => `mood of ${rank}` },
};

/** A subgraph that adds fields to `Thing`. It knows more than the supergraph says of it at first. */
async function startThings(name: keyof typeof resolvers, sdl: string): Promise<string> {
  const Thing = { __resolveReference: (reference: Reference) => reference, ...resolvers[name] };
  const { url, stop } = await startResolvedSubgraph(sdl, { Query: { isNew: () => true }, Thing });
  stops.push(stop);
  return url;
}

async function start() {
  const clock = await startOrdinarySubgraph();
  stops.push(clock.stop);
  const urls = {
    clock: clock.url,
    names: await startThings('names', `type Query { ready: Boolean } ${sdls.names}`),
    moods: await startThings('moods', needsRank),
  };
  const declared = (of: typeof sdls) =>
    (['clock', 'names', 'moods'] as const).map((name) => ({
      name,
      url: urls[name],
      sdl: of[name],
    }));
  const gateway = await startGatewayOf(declared(sdls));
  stops.push(gateway.stop);
  const replace = async () => {
    await gateway.replace(compose(declared({ ...sdls, moods: needsRank })));
    await eventually(async () => {
      const { data } = await ask<{ isNew?: boolean } | undefined>(gateway.url, '{ isNew }');
      return data?.isNew;
    });
  };
  const subscribe = async (query: string) => {
    const client = await socketClient(gateway.url, {}, { connectionParams: {} });
    stops.push(() => client.dispose());
    const before = clock.followers();
    const watched = watch(client, { query });
    await eventually(() => clock.followers() > before);
    return watched;
  };
  return { clock, replace, subscribe };
}

test('a name that a new plan needs for itself is the client’s all the same', async () => {
  const { clock, replace, subscribe } = await start();
  const watched = await subscribe('subscription { tick { thing { rank: name mood } } }');
  const thing = (mood: string) => ({ data: { tick: { thing: { rank: 'name 1', mood } } } });
  clock.emit({ n: 1 });
  await eventually(() => watched.results.length === 1);
  await replace();
  clock.emit({ n: 1 });
  await eventually(() => watched.results.length === 2);
  expect(watched.results).toEqual([thing('mood of no rank'), thing('mood of rank 1')]);
  expect([watched.completed, watched.ended]).toEqual([false, undefined]);
});

test('what is masked under such a name stays masked, and the subscription goes on', async () => {
  const { clock, replace, subscribe } = await start();
  const watched = await subscribe('subscription { tick { thing { rank: secret mood } } }');
  clock.emit({ n: 1 });
  await eventually(() => watched.results.length === 1);
  await replace();
  clock.emit({ n: 1 });
  await eventually(() => watched.results.length === 2);
  expect(watched.results).toMatchObject(
    ['mood of no rank', 'mood of rank 1'].map((mood) => ({
      data: { tick: { thing: { rank: null, mood } } },
      errors: [
        {
          path: ['tick', 'thing', 'rank'],
          extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
        },
      ],
    })),
  );
});
