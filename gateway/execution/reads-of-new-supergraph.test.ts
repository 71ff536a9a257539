import { afterEach, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { compose, startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';

const marks = `
  extend schema @link(url: "https://homestay.example/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum cacheControl__Scope { PUBLIC PRIVATE }
`;
const sdlOf = (more = '') => `${marks}
  type Query { stay: Stay @cacheControl(maxAge: 600) ${more} }
  type Stay { title: String }`;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const startStays = async (title: () => string) => {
  const { url, stop } = await startRawSubgraph(({ query }) =>
    JSON.stringify({ data: query.includes('soon') ? { soon: 1 } : { stay: { title: title() } } }),
  );
  stops.push(stop);
  return url;
};
const open = async (url: string) => {
  const kept = { KEEP_PUBLIC_BYTES: '100000' };
  const gateway = await startGatewayOf([{ name: 'stays', sdl: sdlOf(), url }], kept);
  stops.push(gateway.stop);
  const title = async () => {
    const { data } = await ask<{ stay: { title: string } }>(gateway.url, '{ stay { title } }');
    return data.stay.title;
  };
  const replace = async (of: string) => {
    const soon = [{ name: 'stays', sdl: sdlOf('soon: Int'), url: of }];
    await gateway.replace(compose(soon));
    // The new field shows that the new supergraph is served.
    await eventually(async () => !(await ask(gateway.url, '{ soon }')).errors);
  };
  return { title, replace };
};

test('what was kept of a server is not served once the supergraph names another', async () => {
  const { title, replace } = await open(await startStays(() => 'Old'));
  expect(await title()).toBe('Old');
  await replace(await startStays(() => 'New'));
  expect(await title()).toBe('New');
});

test('what was kept by one schema of a subgraph is not served by the next', async () => {
  let now = 'Old';
  const url = await startStays(() => now);
  const { title, replace } = await open(url);
  expect(await title()).toBe('Old');
  now = 'New';
  expect(await title()).toBe('Old');
  await replace(url);
  expect(await title()).toBe('New');
});
