import { describe, expect, test } from '@jest/globals';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { refusalOf, undeclaredLists } from '../../testing/gateway/admission.ts';
import { testSettings } from '../../testing/gateway/small-system.ts';
import { costLimit } from './operation-cost.ts';

const tooComplex = (message: string) => ({
  status: 400,
  code: 'QUERY_TOO_COMPLEX',
  message: `The query is too complex: it has ${message} are allowed.`,
});

/**
 * Fragments that each ask twice, under two names, for the next, through homestay, shop and
 * homestays and back.
 */
const killer = (levels: number) => {
  const one = (n: number) =>
    `fragment F${n} on Homestay{a:shop{homestays{nodes{...F${n + 1}}}}b:shop{homestays{nodes{...F${n + 1}}}}}`;
  const fragments = Array.from({ length: levels }, (_, n) => one(n)).join('');
  return `{homestay(id:"1"){...F0}}${fragments}fragment F${levels} on Homestay{id}`;
};

test('the query that ends a stock gateway is refused', async () => {
  const query = killer(13);
  expect(query.length).toBeLessThan(1_500);
  expect(await refusalOf(query)).toEqual(tooComplex('41 levels of fields, 16'));
  const flat = Array.from(
    { length: 30 },
    (_, n) => `fragment F${n} on Homestay{...F${n + 1}...F${n + 1}}`,
  ).join('');
  const refusal = await refusalOf(`{homestay(id:"1"){...F0}}${flat}fragment F30 on Homestay{id}`);
  expect(refusal).toEqual(
    tooComplex('more than 1000000000 fields with all fragments expanded, 500'),
  );
});

describe('each limit', () => {
  const nested = (levels: number) => `${'{ homestay '.repeat(levels)}${'}'.repeat(levels)}`;
  const many = (count: number, one: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => one(n)).join(' ');

  test.each([
    ['depth', nested(17), '17 levels of fields, 16'],
    ['root fields', `{ ${'__typename '.repeat(21)} }`, '21 fields at the top, 20'],
    [
      'root fields in fragments',
      `{ ${'...F '.repeat(21)} } fragment F on Query { __typename }`,
      '21 fields at the top, 20',
    ],
    ['aliases', `{ homestay(id: "1") { ${many(51, (n) => `a${n}: id`)} } }`, '51 aliases, 50'],
    [
      'directives',
      `{ homestay(id: "1") { id ${'@skip(if: false) '.repeat(101)} } }`,
      '101 directives, 50',
    ],
    [
      'fields',
      `{ homestay(id: "1") { ${'id '.repeat(1_000)} } }`,
      '1001 fields with all fragments expanded, 500',
    ],
    ['tokens', `{ ${'__typename '.repeat(4_001)} }`, 'more than 4000 tokens, 4000'],
    ['10,000 root fields', `{ ${many(10_000, (n) => `a${n}`)} }`, 'more than 4000 tokens, 4000'],
  ])('%s', async (_what, query, message) => {
    expect(await refusalOf(query)).toEqual(tooComplex(message));
  });

  test.each([
    ['fields', `${'{a'.repeat(1_330)}${'}'.repeat(1_330)}`],
    ['lists', `{ a(b: ${'['.repeat(30_000)}`],
    // Which comes first, the end of the stack or the last token allowed, is for the machine to say.
    ['fields without end', '{a'.repeat(30_000)],
  ])('%s nested too deeply to be read', async (_what, query) => {
    expect((await refusalOf(query)).code).toBe('QUERY_TOO_COMPLEX');
  });
});

test('every operation of a document is weighed, since any of them may be asked for', async () => {
  const aliased = Array.from({ length: 51 }, (_, n) => `a${n}: id`).join(' ');
  const refusal = await refusalOf(
    `query A { __typename } query B { homestay(id: "1") { ${aliased} } }`,
  );
  expect(refusal).toEqual(tooComplex('51 aliases, 50'));
});

test('inline fragments weigh as what is in them', async () => {
  const fields = '... on Homestay { id title }'.repeat(500);
  const refusal = await refusalOf(`{ homestay(id: "1") { ${fields} } }`);
  expect(refusal).toEqual(tooComplex('1001 fields with all fragments expanded, 500'));
});

describe('the size of the answer', () => {
  const shops = (first: string, inner: string) =>
    `{ homestayShops${first} { nodes { homestays${inner} { nodes { id title } } } } }`;
  const query = `query ($n: Int!) ${shops('(first: $n)', '(first: $n)')}`;

  test('is what every list may hold, by its literal `first`', async () => {
    const refusal = await refusalOf(shops('(first: 100)', '(first: 100)'));
    expect(refusal).toEqual(
      tooComplex('30201 fields of the answer, if every list is as long as it may be, 10000'),
    );
  });

  test('by a variable', async () => {
    expect((await refusalOf(query, { n: 100 })).code).toBe('QUERY_TOO_COMPLEX');
    expect((await refusalOf(query, { n: 10 })).code).not.toBe('QUERY_TOO_COMPLEX');
  });

  test('by what a variable stands for when it is not given', async () => {
    const standing = (first: string) =>
      `query ($n: Int! = ${first}) ${shops('(first: $n)', '(first: $n)')}`;
    expect((await refusalOf(standing('100'))).code).toBe('QUERY_TOO_COMPLEX');
    expect((await refusalOf(standing('100'), { n: 10 })).code).not.toBe('QUERY_TOO_COMPLEX');
    expect(
      (
        await refusalOf(
          `${standing('1').replace('query', 'query A')} ${standing('100').replace('query', 'query B')}`,
        )
      ).code,
    ).toBe('QUERY_TOO_COMPLEX');
  });

  test('and by what the schema gives where nothing is said', async () => {
    const thrice =
      '{ homestayShops { nodes { homestays { nodes { shop { homestays { nodes { comments { nodes { id } } } } } } } } } }';
    expect((await refusalOf(thrice)).code).toBe('QUERY_TOO_COMPLEX');
  });
});

describe('what is fine', () => {
  test.each([
    ['the introspection query', getIntrospectionQuery()],
    [
      'the introspection query with everything',
      getIntrospectionQuery({
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    ],
    [
      'fragments in a cycle are the validation’s to refuse',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    ],
    ['what is no GraphQL is the parser’s to refuse', '{'],
  ])('%s', async (_what, query) => {
    expect((await refusalOf(query)).code).not.toBe('QUERY_TOO_COMPLEX');
  });

  test('a page of orders with homestay and payment', async () => {
    const query =
      '{ myHomestayOrders(first: 100) { pageInfo { endCursor } nodes { sn state closeAt total { amount } homestay { title city shop { name } } payment { state payUrl } } } }';
    expect((await refusalOf(query)).code).toBeUndefined();
  });
});

describe('lists with a declared size', () => {
  const calendar = (first: number, days: string, fields: string) =>
    `homestays(first: ${first}) { nodes { availability(${days}) { ${fields} } } }`;
  const year = 'from: "2026-11-28", to: "2027-11-29"';
  const month = 'from: "2026-11-28", to: "2026-12-28"';

  test('1.8 kB that ask for 395,000 fields by twenty calendars are refused', async () => {
    const roots = Array.from(
      { length: 20 },
      (_, n) => `a${n}: ${calendar(27, year, 'night free')}`,
    );
    const refusal = await refusalOf(`{ ${roots.join(' ')} }`);
    expect(refusal).toEqual(
      tooComplex('396380 fields of the answer, if every list is as long as it may be, 10000'),
    );
  });

  test.each([
    ['a month of twenty homestays', calendar(20, month, 'night free'), undefined],
    ['a year of one', calendar(1, year, 'night free'), undefined],
    ['a year of thirty', calendar(30, year, 'night free'), 'QUERY_TOO_COMPLEX'],
  ])('%s', async (_what, field, code) => {
    expect((await refusalOf(`{ ${field} }`)).code).toBe(code);
  });

  test('dates count as variables too, and without them all that the list may hold', async () => {
    const days = 'from: $from, to: $to';
    const query = `query ($from: LocalDate!, $to: LocalDate!) { ${calendar(30, days, 'night free')} }`;
    expect((await refusalOf(query, { from: '2026-12-01', to: '2026-12-31' })).code).toBeUndefined();
    expect((await refusalOf(query, { from: '2026-12-01', to: '2027-11-30' })).code).toBe(
      'QUERY_TOO_COMPLEX',
    );
    expect((await refusalOf(query, {})).code).toBe('QUERY_TOO_COMPLEX');
  });

  test('a date that is no text, nor can be made one, says nothing of how long the list is', async () => {
    const from = { toString: 1, valueOf: 1 };
    const query = `query ($from: LocalDate!) { ${calendar(30, 'from: $from, to: "2026-12-28"', 'free')} }`;
    const literal = `{ ${calendar(30, 'from: { toString: 1 }, to: "2026-12-28"', 'free')} }`;
    for (const given of [from, [from], {}])
      expect((await refusalOf(query, { from: given })).code).toBe('QUERY_TOO_COMPLEX');
    expect((await refusalOf(literal)).code).toBe('QUERY_TOO_COMPLEX');
  });

  test('a list that nobody has declared, as of a new subgraph, is taken to hold a hundred', () => {
    const schema = buildSchema('type Query { things: [Thing] thing: Thing } type Thing { a: Int }');
    const limit = costLimit(testSettings());
    const none = { declared: () => undefined, isSized: () => false, isPage: () => false };
    const by = { schema, listSizes: none, costs: new Map() };
    const weightOf = (query: string) => {
      const document = parse(query);
      // A new one weighs more.
      limit(by, document, {});
      return limit(by, document, {});
    };
    expect([weightOf('{ thing { a } }'), weightOf('{ things { a } }')]).toEqual([2, 101]);
  });

  test('every list of the schema has one, or is as long as an argument says', () => {
    expect(undeclaredLists()).toEqual([]);
  });
});

describe('what validation would take long for is refused before it', () => {
  const many = (count: number, text: string) => text.repeat(count);
  test.each([
    [
      'a fragment that no operation uses',
      `{ homestay(id: "1") { id } } fragment F on Homestay { ${many(970, 'shop{id} ')} }`,
    ],
    [
      'a wide fragment that no operation uses',
      `{ homestay(id: "1") { id } } fragment F on Homestay { ${many(3_900, 'id ')} }`,
    ],
    ['fields of one name', `{ homestay(id: "1") { ${many(490, 'shop{id} ')} } }`],
    [
      'few fields, each of which must be compared with all others',
      `{ homestay(id: "1") { ${many(200, 'id ')} } }`,
    ],
    [
      'fields of one name in a fragment that no operation uses',
      `{ homestay(id: "1") { id } } fragment F on Homestay { ${many(240, 'shop{id} ')} }`,
    ],
    [
      'a fragment of many aliases that no operation uses',
      `{ homestay(id: "1") { id } } fragment F on Homestay { ${Array.from({ length: 60 }, (_, n) => `a${n}: id`)} }`,
    ],
    [
      'fields of one name in several fragments',
      `{ homestay(id: "1") { ${many(90, '...A ...B ...C ')} } } ${['A', 'B', 'C']
        .map((name) => `fragment ${name} on Homestay { ${many(150, 'id ')} }`)
        .join(' ')}`,
    ],
  ])('%s', async (_what, query) => {
    expect((await refusalOf(query)).code).toBe('QUERY_TOO_COMPLEX');
  });

  test('what clients send is not: the same few fields in many fragments', async () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Homestay { id title __typename }`,
    );
    const spreads = fragments.map((_, n) => `...F${n}`).join(' ');
    const query = `{ homestay(id: "1") { ${spreads} } } ${fragments.join(' ')}`;
    expect((await refusalOf(query)).code).toBeUndefined();
  });
});

describe('fragments that lead to many others', () => {
  const chain = (count: number, next: (n: number) => number) =>
    Array.from({ length: count }, (_, n) => `fragment F${n} on Homestay { ...F${next(n)} }`);
  const ask = (fragments: string[], last: number) =>
    refusalOf(
      `{ homestay(id: "1") { ...F0 } } ${fragments.join(' ')} fragment F${last} on Homestay { id }`,
    );

  test('are refused before they are followed, in a chain or in a circle', async () => {
    const refused = tooComplex('10001 pairs of fragments of which one leads to the other, 10000');
    expect(
      await ask(
        chain(400, (n) => n + 1),
        400,
      ),
    ).toEqual(refused);
    expect(
      await ask(
        chain(400, (n) => (n + 1) % 400),
        400,
      ),
    ).toEqual(refused);
  });

  test('are not where a page is made of a hundred parts in parts', async () => {
    const parts = chain(120, (n) => n + 1).map((text, n) =>
      n % 4 === 3 ? `fragment F${n} on Homestay { id }` : text,
    );
    const spreads = Array.from({ length: 30 }, (_, n) => `...F${n * 4}`).join(' ');
    expect(
      (await refusalOf(`{ homestay(id: "1") { ${spreads} } } ${parts.join(' ')}`)).code,
    ).toBeUndefined();
  });
});

test('a request may hold three mutations', async () => {
  const mutations = (count: number) =>
    `mutation { ${Array.from({ length: count }, (_, n) => `a${n}: cancelHomestayOrder(input: { orderSn: "HSO${n}" }) { __typename }`).join(' ')} }`;
  expect((await refusalOf(mutations(3))).code).toBeUndefined();
  expect(await refusalOf(mutations(4))).toEqual(tooComplex('4 mutations, 3'));
});
