import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import type { Client } from 'graphql-ws';
import { eventually } from '../../testing/eventually.ts';
import {
  type OrdinarySubgraph,
  ordinarySdl,
  startOrdinarySubgraph,
} from '../../testing/gateway/ordinary-subgraph.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { socketClient, type Watched, watch } from '../../testing/socket-client.ts';

const namesSdl = 'type Thing @key(fields: "id") { id: ID! name: String! }';
const query = 'subscription { tick { n thing { name } must any } }';
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'valueOf'];

/** An object whose own fields are called as what every object inherits. */
const hostile = (n: number): unknown =>
  JSON.parse(
    `{${inherited.map((name) => `${JSON.stringify(name)}:{"polluted":${n}}`).join()},"n":${n}}`,
  );

/** The event of this number comes as `data: null` with an error. */
const noData = 7_000;

const numbers = (watched: Watched) =>
  (watched as Watched<{ tick: { n: number } | null }>).results.map(({ data }) => data?.tick?.n);
const ticks = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ n: from + index }));

describe.each(['graphql-ws', 'graphql-sse'] as const)('an ordinary subgraph by %s', (protocol) => {
  let subgraph: OrdinarySubgraph;
  let clock: Awaited<ReturnType<typeof startGatewayOf>>;
  let names: Awaited<ReturnType<typeof startRawSubgraph>>;
  let client: Client;
  let changed = 0;
  beforeEach(async () => {
    subgraph = await startOrdinarySubgraph((result) => {
      if (!result.data?.tick) return result;
      if ((result.data.tick as { n: number }).n === noData)
        return { data: null, errors: [new GraphQLError('odd', { path: ['tick'] })] };
      changed += 1;
      return { ...result, ...(hostile(changed) as object), data: withHostileKeys(result.data) };
    });
    names = await startRawSubgraph(({ variables }) =>
      JSON.stringify({
        data: { _entities: variables.representations?.map(({ id }) => ({ name: `Thing ${id}` })) },
      }),
    );
    const override = { subscriptionProtocol: protocol, subscriptionUrl: subgraph.streamUrl };
    clock = await startGatewayOf(
      [
        { name: 'clock', sdl: ordinarySdl.replace(/extend schema.*\n/, ''), url: subgraph.url },
        { name: 'names', sdl: namesSdl, url: names.url },
      ],
      protocol === 'graphql-ws' ? {} : { SUBGRAPHS: JSON.stringify({ clock: override }) },
    );
    client = await socketClient(clock.url);
  });
  afterEach(async () => {
    await client?.dispose();
    await clock?.stop();
    await names?.stop();
    await subgraph?.stop();
  });
  const watching = async (text = query) => {
    const before = subgraph.followers();
    const watched = watch(client, { query: text });
    await eventually(() => subgraph.followers() > before || watched.completed);
    return watched;
  };

  test('has each of 3,000 events at once delivered, with the rest of each, in order', async () => {
    const watched = await watching();
    subgraph.emit(...ticks(1, 3_000));
    await eventually(() => watched.results.length === 3_000 || watched.completed, 20_000);
    expect(numbers(watched)).toEqual(ticks(1, 3_000).map(({ n }) => n));
    expect(watched.results[2_999]).toMatchObject({
      data: { tick: { thing: { name: 'Thing 3000' } } },
    });
  });

  test('gives a second client only what comes after it, and is subscribed to once', async () => {
    const first = await watching();
    subgraph.emit({ n: 1 });
    await eventually(() => first.results.length === 1);
    const second = watch(client, { query });
    // Both connections are served in order: once this is answered, the second subscription is open.
    const other = watch(client, { query: '{ ready }' });
    await eventually(() => other.completed);
    subgraph.emit({ n: 2 });
    await eventually(() => first.results.length === 2 && second.results.length > 0);
    expect([numbers(first), numbers(second), subgraph.followers()]).toEqual([[1, 2], [2], 1]);
  });

  test('has an event without data delivered with its errors, and goes on', async () => {
    const watched = await watching();
    subgraph.emit({ n: 1 }, { n: 2, fails: true }, { n: 3 });
    await eventually(() => watched.results.length === 3);
    expect(watched.results[1]).toMatchObject({
      data: { tick: null },
      errors: [{ path: ['tick', 'must'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(numbers(watched)).toEqual([1, undefined, 3]);
    expect(watched.completed).toBe(false);
  });

  test('has an event whose data are null delivered with its errors, and goes on', async () => {
    const watched = await watching();
    subgraph.emit({ n: 1 }, { n: noData }, { n: 3 });
    await eventually(() => watched.results.length === 3 || watched.completed);
    expect(watched.results[1]).toMatchObject({ errors: [{ path: ['tick'] }] });
    expect(numbers(watched)).toEqual([1, undefined, 3]);
    expect([watched.completed, subgraph.followers()]).toEqual([false, 1]);
  });

  test('ends with a reason at an event of more than four megabytes', async () => {
    const watched = await watching('subscription { tick { n any } }');
    subgraph.emit({ n: 1 }, { n: 2, any: 'x'.repeat(4_500_000) });
    await eventually(() => watched.completed);
    expect(numbers(watched).slice(0, 2)).toEqual([1, undefined]);
    expect(watched.results.at(-1)).toMatchObject({ errors: [{ message: expect.any(String) }] });
  });

  test('ends with a reason when the connection is lost', async () => {
    const watched = await watching();
    subgraph.emit({ n: 1 });
    await eventually(() => watched.results.length === 1);
    subgraph.cut();
    await eventually(() => watched.completed);
    expect(watched.results.at(-1)).toEqual({
      errors: [
        {
          message:
            'The connection to the clock service was lost, and events with it. Subscribe again.',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ],
    });
    const again = await watching();
    subgraph.emit({ n: 2 });
    await eventually(() => again.results.length === 1);
    expect(numbers(again)).toEqual([2]);
  });

  test('ends it by completing it, after all that came', async () => {
    const watched = await watching();
    subgraph.emit(...ticks(1, 10));
    subgraph.complete();
    await eventually(() => watched.completed);
    expect(numbers(watched)).toEqual(ticks(1, 10).map(({ n }) => n));
  });

  test('refuses it: the client is told and nothing stays open', async () => {
    const watched = await watching('subscription { tick(of: "nobody") { n } }');
    await eventually(() => watched.completed || watched.ended !== undefined);
    expect(JSON.stringify(watched.results)).toContain('INTERNAL_SERVER_ERROR');
    expect(subgraph.followers()).toBe(0);
  });

  test('is left when the last client leaves', async () => {
    const [first, second] = [await watching(), watch(client, { query })];
    first.leave();
    second.leave();
    await eventually(() => subgraph.followers() === 0);
  });

  test('is subscribed to by who comes while the connection of who left is closed', async () => {
    let before = await watching('subscription { tick(of: "0") { n } }');
    for (let n = 1; n <= 5; n += 1) {
      const after = watch(client, { query: `subscription { tick(of: "${n}") { n } }` });
      before.leave();
      const seen = watch(client, { query: '{ ready }' });
      await eventually(() => seen.completed);
      await eventually(() => subgraph.followers() === 1 || after.completed);
      expect(after.results).toEqual([]);
      before = after;
    }
    subgraph.emit({ n: 7 });
    await eventually(() => before.results.length > 0);
    expect(numbers(before)).toEqual([7]);
  });

  test('has a field masked in each event for clients without a token', async () => {
    const stranger = await socketClient(clock.url, {}, { connectionParams: {} });
    const text = 'subscription { tick { n secret } }';
    const own = await watching(text);
    const masked = watch(stranger, { query: text });
    const oddNames = 'subscription { tick { __n: n __typename: n secret } }';
    const aliased = watch(stranger, { query: oddNames });
    await eventually(() => subgraph.followers() === 3);
    subgraph.emit({ n: 1 });
    await eventually(() => [own, masked, aliased].every(({ results }) => results.length === 1));
    expect(own.results[0]?.data).toEqual({ tick: { n: 1, secret: 42 } });
    expect(masked.results[0]).toMatchObject({
      data: { tick: { n: 1, secret: null } },
      errors: [{ path: ['tick', 'secret'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
    });
    expect(aliased.results[0]?.data).toEqual({ tick: { __n: 1, __typename: 1, secret: null } });
    await stranger.dispose();
  });

  test('cannot change any object of the gateway by the names in its events', async () => {
    const watched = await watching();
    for (let n = 1; n <= 500; n += 1) subgraph.emit({ n, any: hostile(n) });
    await eventually(() => watched.results.length === 500);
    for (const name of ['polluted', 'n', 'isAdmin']) expect(({} as never)[name]).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(JSON.stringify(watched.results[499])).toContain('"__proto__":{"polluted":500}');
    expect(numbers(watched)).toEqual(ticks(1, 500).map(({ n }) => n));
  });
});

/** The same data, with such names beside the fields at every level. */
function withHostileKeys(data: Record<string, unknown>): Record<string, unknown> {
  const changed = hostile(1) as Record<string, unknown>;
  for (const [key, value] of Object.entries(data)) {
    const plain = typeof value === 'object' && value !== null && key !== 'any';
    changed[key] = plain ? withHostileKeys(value as Record<string, unknown>) : value;
  }
  return changed;
}
