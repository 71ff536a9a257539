import { afterEach, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { ordinarySdl, startOrdinarySubgraph } from '../../testing/gateway/ordinary-subgraph.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A gateway before a subgraph with events, and one that each event needs a name of. */
async function start(
  name: (user: string) => string | undefined,
  settings: Record<string, string> = {},
) {
  const asked = { begun: 0, broken: 0 };
  const clock = await startOrdinarySubgraph();
  const names = await startRawSubgraph(({ variables }, response, { headers }) => {
    asked.begun += 1;
    response.on('close', () => {
      if (!response.writableFinished) asked.broken += 1;
    });
    const user = JSON.parse(atob(headers.authorization?.split('.')[1] as string)).sub;
    const given = name(user);
    if (given === undefined) return undefined;
    const _entities = variables.representations?.map(() => ({ name: given }));
    return JSON.stringify({ data: { _entities } });
  });
  const gateway = await startGatewayOf(
    [
      { name: 'clock', url: clock.url, sdl: ordinarySdl.replace(/extend schema.*\n/, '') },
      {
        name: 'names',
        url: names.url,
        sdl: 'type Thing @key(fields: "id") { id: ID! name: String }',
      },
    ],
    settings,
  );
  stops.push(clock.stop, names.stop, gateway.stop);
  const subscribe = async (sub: string) => {
    const client = await socketClient(gateway.url, { sub });
    stops.push(() => client.dispose());
    const before = clock.followers();
    const watched = watch(client, { query: 'subscription { tick { n thing { name } } }' });
    await eventually(() => clock.followers() > before);
    return watched;
  };
  return { clock, asked, subscribe };
}

const hangs = () => undefined;

test('what events need of another subgraph is asked for each user apart', async () => {
  const { clock, subscribe } = await start((user) => `for ${user}`);
  const [ana, ben] = [await subscribe('ana'), await subscribe('ben')];
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  clock.emit(...numbers.map((n) => ({ n })));
  await eventually(() => [ana, ben].every(({ results }) => results.length === 20));
  for (const [{ results }, name] of [
    [ana, 'for ana'],
    [ben, 'for ben'],
  ] as const)
    expect(results).toEqual(numbers.map((n) => ({ data: { tick: { n, thing: { name } } } })));
});

test('the answer to an event has a deadline, at which what came in time is told', async () => {
  const { clock, subscribe } = await start(hangs, { OPERATION_TIMEOUT: '200ms' });
  const ana = await subscribe('ana');
  clock.emit({ n: 1 });
  await eventually(() => ana.results.length === 1);
  expect(ana.results[0]).toMatchObject({
    data: { tick: { n: 1, thing: { name: null } } },
    errors: [{ extensions: { code: 'OPERATION_TIMEOUT' } }],
  });
});

test('what is under way for an event is given up when its last client leaves', async () => {
  // No limit of time ends it before the test does.
  const patient = { SUBGRAPH_TIMEOUT: '10m', OPERATION_TIMEOUT: '10m' };
  const { clock, asked, subscribe } = await start(hangs, patient);
  const ana = await subscribe('ana');
  clock.emit({ n: 1 });
  await eventually(() => asked.begun === 1);
  ana.leave();
  await eventually(() => asked.broken === 1);
});

test('what was kept for all is asked anew after an event of its kind', async () => {
  const clock = await startOrdinarySubgraph();
  let asked = 0;
  const ticks = await startRawSubgraph(() => {
    asked += 1;
    return JSON.stringify({ data: { last: { n: asked } } });
  });
  const marks = `
    extend schema @link(url: "https://homestay.example/cacheControl/v1.0", import: ["@cacheControl"])
      @composeDirective(name: "@cacheControl")
    directive @cacheControl(maxAge: Int) on FIELD_DEFINITION`;
  const tick = 'type Tick @shareable { n: Int! }';
  const gateway = await startGatewayOf(
    [
      { name: 'clock', url: clock.url, sdl: `type Subscription { tick: Tick } ${tick}` },
      {
        name: 'ticks',
        url: ticks.url,
        sdl: `${marks} type Query { last: Tick @cacheControl(maxAge: 600) } ${tick}`,
      },
    ],
    { KEEP_PUBLIC_BYTES: '100000' },
  );
  const client = await socketClient(gateway.url);
  stops.push(clock.stop, ticks.stop, gateway.stop, () => client.dispose());
  const watched = watch(client, { query: 'subscription { tick { n } }' });
  await eventually(() => clock.followers() === 1);
  const last = async () => (await ask<object>(gateway.url, '{ last { n } }')).data;
  expect([await last(), await last()]).toEqual([{ last: { n: 1 } }, { last: { n: 1 } }]);
  clock.emit({ n: 7 });
  await eventually(() => watched.results.length === 1);
  expect(await last()).toEqual({ last: { n: 2 } });
});
