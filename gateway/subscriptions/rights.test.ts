import { afterEach, expect, test } from '@jest/globals';
import type { SubscribePayload } from 'graphql-ws';
import { eventually } from '../../testing/eventually.ts';
import { ordinarySdl, startOrdinarySubgraph } from '../../testing/gateway/ordinary-subgraph.ts';
import { compose, startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const sdl = ordinarySdl.replace(/extend schema.*\n/, '');
const query = 'subscription { tick { n any thing { id name } } }';

/**
 * A gateway before a subgraph with events, of which the SDL says who may see what, and one with
 * names.
 */
async function start(clockSdl: string) {
  const clock = await startOrdinarySubgraph();
  const names = await startRawSubgraph(({ variables }) =>
    JSON.stringify({
      data: { _entities: variables.representations?.map(({ id }) => ({ name: `SECRET ${id}` })) },
    }),
  );
  const named = {
    name: 'names',
    url: names.url,
    sdl: 'type Thing @key(fields: "id") { id: ID! name: String @authenticated }',
  };
  const declared = (text: string) => [{ name: 'clock', url: clock.url, sdl: text }, named];
  const gateway = await startGatewayOf(declared(clockSdl));
  stops.push(clock.stop, names.stop, gateway.stop);
  const replace = (text: string) => gateway.replace(compose(declared(text)));
  const subscribe = async (signedIn: boolean, payload: SubscribePayload = { query }) => {
    const client = await socketClient(gateway.url, {}, signedIn ? {} : { connectionParams: {} });
    stops.push(() => client.dispose());
    const before = clock.followers();
    const watched = watch(client, payload);
    await eventually(
      () => clock.followers() > before || watched.completed || watched.ended !== undefined,
    );
    return watched;
  };
  return { clock, subscribe, replace };
}

const withProtected = sdl.replace('any: JSON', 'any: JSON @authenticated');

test('an event shows each subscriber what it may see, and tells the rest as errors', async () => {
  const { clock, subscribe } = await start(withProtected);
  const nobody = await subscribe(false);
  const ana = await subscribe(true);
  clock.emit({ n: 1, any: 'SECRET' });
  await eventually(() => nobody.results.length === 1 && ana.results.length === 1);
  expect(nobody.results[0]).toMatchObject({
    data: { tick: { n: 1, any: null, thing: { id: '1', name: null } } },
    errors: [
      { path: ['tick', 'any'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
      { path: ['tick', 'thing', 'name'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
    ],
  });
  expect(JSON.stringify(nobody.results)).not.toContain('SECRET');
  expect(ana.results).toEqual([
    { data: { tick: { n: 1, any: 'SECRET', thing: { id: '1', name: 'SECRET 1' } } } },
  ]);
});

test('later events are masked as the first, whoever else gets them meanwhile', async () => {
  const { clock, subscribe } = await start(withProtected);
  const nobody = await subscribe(false);
  clock.emit({ n: 1, any: 'SECRET' });
  await eventually(() => nobody.results.length === 1);
  const ana = await subscribe(true);
  for (const n of [2, 3]) clock.emit({ n, any: 'SECRET' });
  await eventually(() => nobody.results.length === 3 && ana.results.length === 2);
  ana.leave();
  clock.emit({ n: 4, any: 'SECRET' });
  await eventually(() => nobody.results.length === 4);
  expect(JSON.stringify(ana.results)).toContain('SECRET');
  expect(nobody.results.map(({ data, errors }) => [data, errors?.length])).toEqual(
    [1, 2, 3, 4].map((n) => [{ tick: { n, any: null, thing: { id: String(n), name: null } } }, 2]),
  );
});

test('one whose condition is null is refused, since what is masked of it could not be told', async () => {
  const { clock, subscribe } = await start(withProtected);
  const conditional = {
    query: 'subscription ($x: Boolean = true) { tick { n @include(if: $x) any } }',
    variables: { x: null },
  };
  const nobody = await subscribe(false, conditional);
  clock.emit({ n: 1, any: 'SECRET' });
  await eventually(() => nobody.ended !== undefined || nobody.results.length > 0);
  expect([nobody.results, nobody.ended]).toMatchObject([
    [],
    [{ message: expect.stringContaining('`$x`'), extensions: { code: 'BAD_USER_INPUT' } }],
  ]);
});

test('a subscription whose field is not allowed is refused', async () => {
  const closed = sdl.replace('tick(of: ID): Tick', 'tick(of: ID): Tick @authenticated');
  const { clock, subscribe } = await start(closed);
  const nobody = await subscribe(false);
  expect(nobody.ended).toMatchObject([{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
  expect(clock.followers()).toBe(0);
});

test('one that is open ends when a new supergraph allows less', async () => {
  const { clock, subscribe, replace } = await start(sdl);
  const nobody = await subscribe(false);
  await replace(withProtected);
  await eventually(() => nobody.completed || nobody.ended !== undefined);
  expect(JSON.stringify([nobody.results, nobody.ended])).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
  clock.emit({ n: 1, any: 'SECRET' });
  expect(JSON.stringify(nobody.results)).not.toContain('SECRET');
});
