import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, dateIn } from '../../runtime/calendar.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import { aComment, aHomestay, aShop } from '../../testing/catalogue.ts';
import { startOrderStandIn, startTestTravel } from '../../testing/travel/travel-system.ts';

const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(2, '0')}`);

/**
 * What some of the homestays have: pictures, and places in Lisbon, in Porto and either side of the
 * date line.
 */
const special: Record<string, Partial<ReturnType<typeof aHomestay>>> = {
  h02: {
    banner: 'https://a.example/banner.jpg',
    images: [{ url: 'https://a.example/garden.jpg', alt: 'The garden' }],
  },
  h35: { city: 'Lisbon', latitude: 38.71, longitude: -9.13 },
  h36: { city: 'Lisbon', latitude: 41.15, longitude: -8.61 },
  h37: { latitude: -16.8, longitude: 179.9 },
  h38: { latitude: -16.8, longitude: -179.9 },
};

let travel: Awaited<ReturnType<typeof startTestTravel>>;
let order: Awaited<ReturnType<typeof startOrderStandIn>>;
const stops: Stop[] = [];
const taken = new Map<string, string[]>();
const soon = addDays(dateIn('Asia/Shanghai', new Date()), 5);
const later = addDays(soon, 2);

beforeAll(async () => {
  order = await startOrderStandIn((ids, checkIn) =>
    ids.filter((id) => taken.get(checkIn)?.includes(id)),
  );
  stops.push(order.stop);
  travel = await startTestTravel({ orderUrl: order.url });
  stops.push(travel.stop);
  const { writer } = travel;
  await writer.write({
    shop: [
      ...numbered(4, 's').map((id) => aShop({ id, hostId: `host-${id}` })),
      aShop({ id: 'closed', open: false }),
    ],
  });
  await writer.write({
    homestay: [
      ...numbered(40, 'h').map((id, n) =>
        aHomestay({
          id,
          shopId: `s0${n % 4}`,
          title: n === 12 ? '西湖小院' : `Homestay ${id}`,
          ...special[id],
          capacity: 1 + (n % 5),
          price: { amount: 1_000 * n + 1, currency: 'CNY' },
          foodPrice: n % 10 === 0 ? { amount: 500, currency: 'CNY' } : null,
          preferred: n < 3,
          arrivedAt: new Date(Date.UTC(2026, 0, 1 + (n % 20))),
        }),
      ),
      aHomestay({
        id: 'off',
        shopId: 's00',
        onShelf: false,
        preferred: true,
        title: 'Off the shelf',
      }),
      aHomestay({ id: 'shut', shopId: 'closed', preferred: true, title: 'Of a closed shop' }),
    ],
  });
  await writer.write({
    comment: [
      ...numbered(25, 'c').map((id, n) =>
        aComment({
          id,
          homestayId: 'h01',
          stars: 4,
          createdAt: new Date(Date.UTC(2026, 1, 1 + Math.floor(n / 5))),
        }),
      ),
      ...numbered(20, 'd').map((id, n) =>
        aComment({ id, homestayId: `h${String(n + 2).padStart(2, '0')}`, stars: 1 + (n % 5) }),
      ),
      aComment({ id: 'e', homestayId: 'off', stars: 5 }),
    ],
  });
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** The key in the id of a homestay, a shop or a comment. */
const keyOf = ({ id }: { id: string }): string => id.replace(/^Homestay(Shop|Comment)?:/, '');

/** A list, as far as these tests look into it. */
type List = {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

const idsOf = async (list: string): Promise<string[]> =>
  (
    await travel.ask<{ homestays: List }>(`{ homestays(first: 100, ${list}) { nodes { id } } }`)
  ).data.homestays.nodes.map(keyOf);

describe('what can be booked', () => {
  test('lists show only homestays on the shelf, of open shops', async () => {
    type Data = Record<'homestays' | 'recommended' | 'newest' | 'homestayShops', List> &
      Record<'homestayShop' | 'closed', { homestays: List }> &
      Record<'off' | 'shut' | 'none', unknown>;
    const { data } = await travel.ask<Data>(`{
      homestays(first: 100) { nodes { id } }
      recommended: homestays(filter: { preferred: true }) { nodes { id } }
      newest: homestays(first: 100, sort: NEWEST) { nodes { id } }
      homestayShop(id: "s00") { homestays(first: 100) { nodes { id } } }
      closed: homestayShop(id: "closed") { open homestays { nodes { id } } }
      homestayShops { nodes { id } }
      off: homestay(id: "off") { id }
      shut: homestay(id: "shut") { id }
      none: homestay(id: "nowhere") { id }
    }`);
    expect(data.homestays.nodes).toHaveLength(40);
    expect(data.newest.nodes).toHaveLength(40);
    expect(data.recommended.nodes.map(keyOf)).toEqual(['h01', 'h02', 'h00']);
    expect(data.homestayShop.homestays.nodes).toHaveLength(10);
    expect(data.closed).toEqual({ open: false, homestays: { nodes: [] } });
    expect(data.homestayShops.nodes.map(keyOf)).toEqual(numbered(4, 's'));
    expect([data.off, data.shut, data.none]).toEqual([null, null, null]);
  });

  test('a reference shows any homestay that exists, with its shop', async () => {
    const representations = ['off', 'shut', 'nowhere', 'h00'].map((id) => ({
      __typename: 'Homestay',
      id,
    }));
    const { data } = await travel.ask(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Homestay { id onShelf rating shop { id open } } } }',
      { representations },
    );
    expect(data._entities).toEqual([
      {
        id: 'Homestay:off',
        onShelf: false,
        rating: 5,
        shop: { id: 'HomestayShop:s00', open: true },
      },
      {
        id: 'Homestay:shut',
        onShelf: true,
        rating: null,
        shop: { id: 'HomestayShop:closed', open: false },
      },
      null,
      {
        id: 'Homestay:h00',
        onShelf: true,
        rating: null,
        shop: { id: 'HomestayShop:s00', open: true },
      },
    ]);
  });

  test('node reads any thing again by its id, and refers to those of other services', async () => {
    const ids = ['Homestay:off', 'HomestayShop:s00', 'HomestayComment:c00', 'Homestay:nowhere'];
    const foreign = ['HomestayOrder:HSO1', 'Payment:PMT1', 'Refund:RFD1'];
    const strange = ['off', 'Money:1', 'HomestayConnection:1', ':off', 'Homestay:'];
    const { data, errors } = await travel.ask(
      `{ ${[...ids, ...foreign, ...strange]
        .map((id, n) => `n${n}: node(id: ${JSON.stringify(id)}) { __typename id }`)
        .join('\n')} }`,
    );
    expect(errors).toBeUndefined();
    expect(Object.values(data)).toEqual([
      ...[...ids.slice(0, 3)].map((id) => ({ __typename: id.split(':')[0], id })),
      null,
      ...foreign.map((id) => ({ __typename: id.split(':')[0], id })),
      ...strange.map(() => null),
    ]);
  });

  test('an id serves wherever a key does, but not the id of another type', async () => {
    const { data } = await travel.ask(`{
      byId: homestay(id: "Homestay:h01") { title }
      byKey: homestay(id: "h01") { title }
      other: homestay(id: "HomestayShop:h01") { title }
      shop: homestayShop(id: "HomestayShop:s00") { hostId }
    }`);
    expect(data).toEqual({
      byId: { title: 'Homestay h01' },
      byKey: { title: 'Homestay h01' },
      other: null,
      shop: { hostId: 'host-s00' },
    });
  });

  test('a shop that closes takes its homestays out of the lists, and brings them back when it opens', async () => {
    await travel.writer.write({ shop: [aShop({ id: 's03', hostId: 'host-s03', open: false })] });
    expect(await idsOf('filter: {}')).toHaveLength(30);
    await travel.writer.write({ shop: [aShop({ id: 's03', hostId: 'host-s03', open: true })] });
    expect(await idsOf('filter: {}')).toHaveLength(40);
    await travel.writer.write({ shop: [aShop({ id: 's00', hostId: 'host-s00', open: false })] });
    await travel.writer.write({ shop: [aShop({ id: 's00', hostId: 'host-s00', open: true })] });
    expect((await travel.ask('{ homestay(id: "off") { id } }')).data.homestay).toBeNull();
  });

  test.each([
    ['NEWEST', '', ['h19', 'h39', 'h18']],
    ['BEST_RATED', '', ['h06', 'h11', 'h16']],
    ['RECOMMENDED', '', ['h01', 'h02', 'h00']],
    ['CHEAPEST', 'filter: { price: { currency: "CNY" } },', ['h00', 'h01', 'h02']],
    ['DEAREST', 'filter: { price: { currency: "CNY" } },', ['h39', 'h38', 'h37']],
  ])('%s sorts them, in pages that hold each once', async (sort, filter, first) => {
    const found: string[] = [];
    for (let after = 'null'; ; ) {
      const { data } = await travel.ask<{
        homestays: List;
      }>(`{ homestays(first: 3, sort: ${sort}, ${filter} after: ${after})
        { nodes { id } pageInfo { hasNextPage endCursor } } }`);
      found.push(...data.homestays.nodes.map(keyOf));
      if (!data.homestays.pageInfo.hasNextPage) break;
      after = JSON.stringify(data.homestays.pageInfo.endCursor);
    }
    expect(found.slice(0, 3)).toEqual(first);
    expect(found.toSorted()).toEqual(numbered(40, 'h'));
  });

  test('a homestay and a shop always have a picture: their own, or a drawing', async () => {
    type Data = Record<'drawn' | 'given' | 'homestayShop', { images: unknown[] }>;
    const { data } = await travel.ask<Data>(`{
      drawn: homestay(id: "h01") { images { url alt width } }
      given: homestay(id: "h02") { images { url alt width } }
      homestayShop(id: "s00") { images { url } }
    }`);
    expect(data.drawn.images).toEqual([
      { url: expect.stringMatching(/^data:image\/svg/), alt: 'Homestay h01', width: 640 },
    ]);
    expect(data.given.images).toEqual([
      { url: 'https://a.example/banner.jpg', alt: 'Homestay h02', width: null },
      { url: 'https://a.example/garden.jpg', alt: 'The garden', width: null },
    ]);
    expect(data.homestayShop.images).toHaveLength(1);
  });

  test('a homestay that was stored before a field came shows the field’s default', async () => {
    const stored = travel.database.db.collection<{ _id: string }>('homestays');
    await stored.updateOne({ _id: 'h05' }, { $unset: { maximumNights: '' } });
    const { data, errors } = await travel.ask<{ homestay: unknown; homestays: List }>(
      '{ homestay(id: "h05") { maximumNights } homestays(first: 100) { nodes { maximumNights } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.homestay).toEqual({ maximumNights: null });
    expect(data.homestays.nodes).toHaveLength(40);
  });
});

describe('filters', () => {
  test.each([
    ['guests: 5', numbered(40, 'h').filter((_, n) => n % 5 === 4)],
    ['price: { currency: "CNY", min: 1001, max: 3001 }', ['h01', 'h02', 'h03']],
    ['price: { currency: "EUR", max: 3001 }', []],
    ['food: true', ['h00', 'h10', 'h20', 'h30']],
    ['food: true, guests: 2', []],
    ['preferred: true', ['h00', 'h01', 'h02']],
    ['shopId: "HomestayShop:s01", guests: 5', ['h09', 'h29']],
    ['shopId: "s01", guests: 5', ['h09', 'h29']],
    ['shopId: "Homestay:s01"', []],
    ['city: "LISBON"', ['h35', 'h36']],
    ['city: "Lis"', []],
    ['text: "beijing H07"', ['h07']],
    ['text: "ＨＯＭＥＳＴＡＹ　h07"', ['h07']],
    ['text: "lisb h3"', ['h35', 'h36']],
    ['text: "sbon"', []],
    ['text: "湖小"', ['h12']],
    ['text: "h0[1-3]"', []],
    ['text: "$title"', []],
    ['near: { latitude: 38.72, longitude: -9.14, radiusKm: 5 }', ['h35']],
    ['near: { latitude: 38.72, longitude: -9.14, radiusKm: 500 }', ['h35', 'h36']],
    ['near: { latitude: 38.72, longitude: -9.14 }', ['h35']],
    ['near: { latitude: -16.8, longitude: 179.99, radiusKm: 50 }', ['h37', 'h38']],
    ['near: { latitude: -16.8, longitude: -179.95, radiusKm: 8 }', ['h38']],
    ['near: { latitude: -89.9, longitude: 0, radiusKm: 1000 }', []],
    ['within: { south: 41, west: -9, north: 42, east: -8 }', ['h36']],
    ['within: { south: -20, west: 179, north: -10, east: -179 }', ['h37', 'h38']],
  ])('%s', async (filter, expected) => {
    expect((await idsOf(`filter: { ${filter} }`)).toSorted()).toEqual(expected);
  });

  test('food: false shows those that serve none', async () => {
    expect(await idsOf('filter: { food: false }')).toHaveLength(36);
  });

  test('a stay leaves out homestays with a taken night, and pages stay full', async () => {
    taken.set(soon, numbered(30, 'h'));
    const stay = `stay: { checkIn: "${soon}", checkOut: "${later}" }`;
    expect((await idsOf(`filter: { ${stay} }`)).toSorted()).toEqual(numbered(40, 'h').slice(30));
    const { data } = await travel.ask<{
      homestays: List;
    }>(`{ homestays(first: 4, filter: { ${stay} }) {
      nodes { id } totalCount pageInfo { hasNextPage } } }`);
    expect(data.homestays).toMatchObject({ totalCount: 10, pageInfo: { hasNextPage: true } });
    expect(data.homestays.nodes).toHaveLength(4);
    taken.delete(soon);
  });

  test('F9: a stay leaves out what is let for more or fewer nights', async () => {
    const limits = [
      aHomestay({ id: 'three', shopId: 's00', city: 'Nights', minimumNights: 3 }),
      aHomestay({ id: 'one', shopId: 's00', city: 'Nights', maximumNights: 1 }),
      aHomestay({ id: 'two', shopId: 's00', city: 'Nights', minimumNights: 2, maximumNights: 2 }),
    ];
    await travel.writer.write({ homestay: limits });
    const letFor = (nights: number) =>
      idsOf(
        `filter: { city: "nights", stay: { checkIn: "${soon}", checkOut: "${addDays(soon, nights)}" } }`,
      );
    expect(await letFor(1)).toEqual(['one']);
    expect(await letFor(2)).toEqual(['two']);
    expect(await letFor(3)).toEqual(['three']);
    await travel.writer.write({ homestay: limits.map((one) => ({ ...one, onShelf: false })) });
  });

  test.each([
    ['in the past', -6],
    ['further ahead than orders are taken', 400],
  ])('a stay %s finds nothing', async (_, days) => {
    const checkIn = addDays(soon, days);
    const stay = `stay: { checkIn: "${checkIn}", checkOut: "${addDays(checkIn, 1)}" }`;
    expect(await idsOf(`filter: { ${stay} }`)).toEqual([]);
  });

  test('a search by amenities finds what has each of them, whatever the case', async () => {
    const some = [
      aHomestay({ id: 'both', shopId: 's00', city: 'Amenities', amenities: ['Sauna', 'Wi-Fi'] }),
      aHomestay({ id: 'one', shopId: 's00', city: 'Amenities', amenities: ['Sauna'] }),
    ];
    await travel.writer.write({ homestay: some });
    const having = (amenities: string) =>
      idsOf(`filter: { city: "amenities", amenities: ${amenities} }`);
    expect(await having('[" sauna", "WI-FI"]')).toEqual(['both']);
    expect((await having('["SAUNA"]')).sort()).toEqual(['both', 'one']);
    expect(await having('["Piano"]')).toEqual([]);
    await travel.writer.write({ homestay: some.map((one) => ({ ...one, onShelf: false })) });
  });

  test('a list tells how many there are, and how they spread over cities and prices', async () => {
    const { data } = await travel.ask(`{ homestays(first: 1, filter: { guests: 5 }) {
      nodes { id } totalCount
      facets { cities { city count } prices {
        count lowest { amount currency } highest { amount }
        ranges { count from { amount currency } below { amount } } } }
    } }`);
    expect(data.homestays).toMatchObject({
      totalCount: 8,
      facets: {
        cities: [{ city: 'Beijing', count: 8 }],
        prices: [
          { count: 8, lowest: { amount: 4_001, currency: 'CNY' }, highest: { amount: 39_001 } },
        ],
      },
    });
    type Range = { count: number; from: { amount: number }; below: { amount: number } };
    type Facets = { homestays: { facets: { prices: [{ ranges: Range[] }] } } };
    const { ranges } = (data as Facets).homestays.facets.prices[0];
    expect(ranges.map(({ count, from, below }) => [from.amount, below.amount, count])).toEqual([
      [2_000, 5_000, 1],
      [5_000, 10_000, 1],
      [10_000, 20_000, 2],
      [20_000, 50_000, 4],
    ]);
    for (const { count, from, below } of ranges) {
      const price = `{ currency: "CNY", min: ${from.amount}, max: ${below.amount - 1} }`;
      expect(await idsOf(`filter: { guests: 5, price: ${price} }`)).toHaveLength(count);
    }
    type Data = { homestayShop: { homestays: { totalCount: number } } };
    const shop = await travel.ask<Data>(
      '{ homestayShop(id: "s01") { homestays(first: 1) { totalCount facets { cities { count } } } } }',
    );
    expect(shop.data.homestayShop.homestays.totalCount).toBe(10);
  });

  test.each([
    'filter: { guests: 0 }',
    `filter: { amenities: [${'"a" '.repeat(11)}] }`,
    'filter: { price: { currency: "CNY", min: 2, max: 1 } }',
    'filter: { price: { currency: "XYZ" } }',
    'filter: { price: { max: 1 } }',
    'sort: CHEAPEST',
    'filter: { stay: { checkIn: "2026-12-01", checkOut: "2026-12-01" } }',
    'filter: { stay: { checkIn: "2026-12-01", checkOut: "2027-12-01" } }',
    'filter: { stay: { checkIn: "2026-02-30", checkOut: "2026-03-02" } }',
    'first: 0',
    'first: 101',
    'after: "nonsense"',
    `after: "${Buffer.from('[5]').toString('base64url')}"`,
  ])('%s is the caller’s mistake: BAD_USER_INPUT', async (list) => {
    const { errors } = await travel.ask(`{ homestays(${list}) { nodes { id } } }`);
    expect(errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
  });

  test.each([
    ['[1e300,"c"]'],
    ['["2026","c"]'],
    ['[1]'],
    ['[1,2]'],
    ['{}'],
  ])('comments after %s are the caller’s mistake too', async (key) => {
    const after = Buffer.from(key).toString('base64url');
    const { errors } = await travel.ask(
      `{ homestay(id: "h01") { comments(after: "${after}") { nodes { id } } } }`,
    );
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('pages', () => {
  const walk = async <Data>(
    query: (after: string) => string,
    pick: (data: Data) => List,
  ): Promise<string[]> => {
    const found: string[] = [];
    for (let after = 'null'; ; ) {
      const { nodes, pageInfo } = pick((await travel.ask<Data>(query(after))).data);
      found.push(...nodes.map(keyOf));
      if (!pageInfo.hasNextPage) return found;
      after = JSON.stringify(pageInfo.endCursor);
    }
  };

  test.each([1, 7, 40])('of %d homestays hold each once', async (first) => {
    const query = (after: string) =>
      `{ homestays(first: ${first}, after: ${after}) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
    expect((await walk(query, (data: { homestays: List }) => data.homestays)).toSorted()).toEqual(
      numbered(40, 'h'),
    );
  });

  test('go on where they stopped, though homestays came and went meanwhile', async () => {
    const page = (after: string) => `{ homestays(first: 10, sort: CHEAPEST, after: ${after},
      filter: { price: { currency: "CNY" } }) { nodes { id } pageInfo { endCursor } } }`;
    const { endCursor } = (await travel.ask<{ homestays: List }>(page('null'))).data.homestays
      .pageInfo;
    const price = { amount: 5_000, currency: 'CNY' };
    await travel.writer.write({ homestay: [aHomestay({ id: 'h05a', shopId: 's00', price })] });
    const next = (await travel.ask<{ homestays: List }>(page(JSON.stringify(endCursor)))).data
      .homestays.nodes;
    await travel.writer.write({
      homestay: [aHomestay({ id: 'h05a', shopId: 's00', price, onShelf: false })],
    });
    expect(next.map(keyOf)).toEqual(numbered(40, 'h').slice(10, 20));
  });

  test('of comments hold each once, latest first, though many are of one instant', async () => {
    const query = (after: string) =>
      `{ homestay(id: "h01") { comments(first: 3, after: ${after}) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
    expect(
      await walk(query, (data: { homestay: { comments: List } }) => data.homestay.comments),
    ).toEqual(numbered(25, 'c').reverse());
  });

  test('of a shop’s homestays hold each once', async () => {
    const query = (after: string) =>
      `{ homestayShop(id: "s01") { homestays(first: 3, after: ${after}) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
    expect(
      await walk(
        query,
        (data: { homestayShop: { homestays: List } }) => data.homestayShop.homestays,
      ),
    ).toEqual(numbered(40, 'h').filter((_, n) => n % 4 === 1));
  });
});

describe('commands to the database', () => {
  const refer = (__typename: string, ids: string[]) => ids.map((id) => ({ __typename, id }));
  const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Homestay { id shop { id hostId } }
    ... on HomestayShop { id name }
    ... on HomestayComment { id author }
  } }`;

  const commandsSince = async (before: string[]): Promise<string[]> => {
    const rest = await travel.commands();
    for (const command of before) rest.splice(rest.indexOf(command), 1);
    return rest.sort();
  };

  test('sixty references to three kinds cost one command for each collection', async () => {
    const representations = [
      ...refer('Homestay', numbered(40, 'h')),
      ...refer('HomestayComment', numbered(20, 'c')),
      ...refer('HomestayShop', numbered(4, 's')),
    ];
    const before = await travel.commands();
    const { data, errors } = await travel.ask<{ _entities: unknown[] }>(entities, {
      representations,
    });
    expect(errors).toBeUndefined();
    expect(data._entities).toHaveLength(64);
    expect(data._entities[0]).toEqual({
      id: 'Homestay:h00',
      shop: { id: 'HomestayShop:s00', hostId: 'host-s00' },
    });
    expect(await commandsSince(before)).toEqual(['find comments', 'find homestays', 'find shops']);
  });

  test('what the order service asks for each order costs one command, and says the same as two', async () => {
    await travel.database.db.collection<{ _id: string }>('nightPrices').insertMany(
      [2, 3, 4].map((days) => ({
        _id: `h01/${addDays(soon, days)}`,
        homestayId: 'h01',
        night: addDays(soon, days),
        price: { amount: 70 + days, currency: 'CNY' },
      })),
    );
    const question = (more: string) => `query ($representations: [_Any!]!, $from: LocalDate!,
      $to: LocalDate!, $priced: Boolean! = true) { _entities(representations: $representations) {
        ... on Homestay { id price { amount } ${more}
          nightPrices(from: $from, to: $to) @include(if: $priced) { night price { amount } } } } }`;
    const shop = 'shop { id hostId open }';
    const representations = refer('Homestay', ['h01', 'nowhere', 'shut']);
    const stay = { from: addDays(soon, 1), to: addDays(soon, 4) };
    const ask = async (query: string, given: object) => {
      const { data, errors } = await travel.ask(query, { representations, ...given });
      expect(errors).toBeUndefined();
      return data._entities as Record<string, unknown>[];
    };
    const before = await travel.commands();
    const all = await ask(question(shop), stay);
    expect(await commandsSince(before)).toEqual(['aggregate homestays']);
    expect(all).toEqual([
      {
        id: 'Homestay:h01',
        price: { amount: 1_001 },
        shop: { id: 'HomestayShop:s01', hostId: 'host-s01', open: true },
        nightPrices: [1_001, 72, 73].map((amount, i) => ({
          night: addDays(soon, i + 1),
          price: { amount },
        })),
      },
      null,
      expect.objectContaining({ shop: expect.objectContaining({ open: false }) }),
    ]);
    const withoutShop = all.map((one) => one && { ...one, shop: undefined });
    expect(await ask(question(''), stay)).toEqual(withoutShop);
    // Dates that make no stay are asked about too, without prices.
    const noStay = { from: soon, to: soon, priced: false };
    const [unpriced] = await ask(question(shop), noStay);
    expect(unpriced).toEqual({ ...all[0], nightPrices: undefined });
  });

  test('a page of homestays with shops, their homestays and comments costs one for each level', async () => {
    const before = await travel.commands();
    type Full = { shop: { homestays: List }; comments: List };
    const { data, errors } = await travel.ask<{
      homestays: { nodes: Full[] };
    }>(`{ homestays(first: 20) { nodes { id
      shop { name homestays(first: 5) { nodes { id } } }
      comments(first: 2) { nodes { author } }
    } } }`);
    expect(errors).toBeUndefined();
    expect(data.homestays.nodes[0]?.shop.homestays.nodes).toHaveLength(5);
    expect(data.homestays.nodes[0]?.comments.nodes).toHaveLength(2);
    expect(await commandsSince(before)).toEqual([
      'aggregate homestays',
      'aggregate shops',
      'find homestays',
      'find shops',
    ]);
  });
});

test('without the order service, only free nights are unknown', async () => {
  const alone = await startTestTravel();
  try {
    const { data, errors } = await alone.ask(`{
      homestays { nodes { id } }
    }`);
    expect({ data, errors }).toEqual({ data: { homestays: { nodes: [] } }, errors: undefined });
    await alone.writer.write({ shop: [aShop()] });
    await alone.writer.write({ homestay: [aHomestay()] });
    const free = await alone.ask(
      `{ homestays(filter: { stay: { checkIn: "${soon}", checkOut: "${later}" } }) { nodes { id } } }`,
    );
    expect(free.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
  } finally {
    await alone.stop();
  }
});

test('who is not a service of ours gets no answer', async () => {
  const response = await fetch(`${travel.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ homestays { nodes { id } } }"}',
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});
