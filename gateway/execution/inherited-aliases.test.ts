import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';

const sdls = {
  things:
    'type Query { thing(n: Int): Thing things: [Thing!] } type Thing @key(fields: "id") { id: ID! n: Int }',
  stars: 'type Thing @key(fields: "id") { id: ID! stars: Int secret: Int @authenticated }',
};

const stops: (() => Promise<unknown>)[] = [];
let url: string;
let isEmpty = false;
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then'];
beforeAll(async () => {
  const of = { __typename: 'Thing', id: '1', n: 1, stars: 5 };
  /** Has the field under the name that is asked for. */
  const named = (query: string) => {
    const [, name = '', field = ''] = /(\w+): ?(n|stars)\b/.exec(query) ?? [];
    return JSON.stringify(of).replace(`"${field}":`, `"${name}":`);
  };
  const things = await startRawSubgraph(({ query, variables = {} }) => {
    if (isEmpty) return '{"data":{}}';
    // A variable that is not given is not there.
    expect(Object.keys(variables)).toEqual([]);
    const [, root = 'thing'] = /(\w+): ?thing\b/.exec(query) ?? [];
    const thing = named(query);
    return `{"data":{"${root}":${thing},"things":[${thing},${thing}]}}`;
  });
  const stars = await startRawSubgraph(
    ({ query, variables }) =>
      `{"data":{"_entities":[${variables.representations?.map(() => named(query))}]}}`,
  );
  const gateway = await startGatewayOf([
    { name: 'things', sdl: sdls.things, url: things.url },
    { name: 'stars', sdl: sdls.stars, url: stars.url },
  ]);
  stops.push(things.stop, stars.stop, gateway.stop);
  url = gateway.url;
});
afterAll(() => Promise.all(stops.map((stop) => stop())));

test.each(names)('a field under the name %s is answered, at any place, each time', async (name) => {
  const cases = [
    [`{ ${name}: thing { n } }`, `{"${name}":{"n":1}}`],
    [`{ thing { ${name}: n } }`, `{"thing":{"${name}":1}}`],
    [`{ thing { id ${name}: stars } }`, `{"thing":{"id":"1","${name}":5}}`],
    [`{ things { ${name}: n } }`, `{"things":[{"${name}":1},{"${name}":1}]}`],
    [`{ thing { id ${name}: secret } }`, `{"thing":{"id":"1","${name}":null}}`],
  ] as const;
  for (const [query, data] of cases)
    for (const _time of ['first', 'again'])
      expect((await ask(url, query)).text).toContain(`"data":${data}`);
});

test.each(names)('a variable of the name %s that is not given is none', async (name) => {
  const query = `query ($${name}: Int) { thing(n: $${name}) { n } }`;
  for (const _time of ['first', 'again'])
    expect((await ask(url, query)).text).toContain('"data":{"thing":{"n":1}}');
});

test.each(names)('where no field %s came, none is masked, waited for, or told of', async (name) => {
  isEmpty = true;
  const fields = '{ id stars secret }';
  const own = Reflect.ownKeys(Object.prototype);
  for (const query of [
    `{ ${name}: thing ${fields} }`,
    `{ ${name}: thing { id ... @defer ${fields} } }`,
  ])
    for (const _time of ['first', 'again']) {
      const { text } = await ask(url, query);
      expect(text).toContain(`"data":{"${name}":null}`);
      expect(text).not.toContain('UNAUTHORIZED');
    }
  isEmpty = false;
  expect(Reflect.ownKeys(Object.prototype)).toEqual(own);
});
