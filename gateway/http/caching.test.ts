import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestSystem, type TestSystem } from '../../testing/gateway/small-system.ts';
import { token } from '../../testing/tokens.ts';

type System = TestSystem & { stop: () => Promise<void> };
let caching: System;
let plain: System;
beforeAll(async () => {
  caching = await startTestSystem({ PUBLIC_CACHE_FOR: '20s' });
  plain = await startTestSystem();
});
afterAll(() => Promise.all([caching?.stop(), plain?.stop()]));

const good = '{ homestay(id: "1") { title } }';
const failing = '{ homestay(id: "1") { unknown } }';
const refused = '{ homestay(id: "refused") { title } }';
const json = { 'content-type': 'application/json' };

async function cacheControl(system: System, query: string, options: RequestInit = {}) {
  const byGet = options.method !== 'POST';
  const url = `${system.url}/graphql${byGet ? `?${new URLSearchParams({ query })}` : ''}`;
  const body = byGet ? {} : { body: JSON.stringify({ query }) };
  const { headers } = await fetch(url, {
    ...options,
    ...body,
    headers: { ...json, ...options.headers },
  });
  return { control: headers.get('cache-control'), vary: headers.get('vary') ?? '' };
}

test('what anybody gets by GET may be held by caches, apart from what a user gets', async () => {
  const { control, vary } = await cacheControl(caching, good);
  expect(control).toBe('public, max-age=20');
  expect(vary).toContain('authorization');
});

test.each([
  [
    'as long as the least of it',
    '{ homestay(id: "1") { id } homestays { nodes { id } } }',
    'public, max-age=5',
  ],
  [
    'unless something is not the same for all',
    '{ homestay(id: "1") { id calendarUrl } }',
    'no-store',
  ],
  [
    'unless nothing is said of something',
    '{ homestay(id: "1") { id } node(id: "1") { id } }',
    'no-store',
  ],
  ['unless it is the schema', '{ homestay(id: "1") { id } __schema { description } }', 'no-store'],
])('it is held %s', async (_, query, expected) => {
  expect((await cacheControl(caching, query)).control).toBe(expected);
});

test('what a user gets, errors, what was posted, and anything without the setting is not', async () => {
  const authorization = `Bearer ${await token()}`;
  const nothing: [System, string, RequestInit?][] = [
    [caching, good, { headers: { authorization } }],
    [caching, failing],
    [caching, refused],
    [caching, good, { method: 'POST' }],
    [plain, good],
  ];
  for (const [system, query, options] of nothing)
    expect((await cacheControl(system, query, options)).control).not.toContain('public');
});
