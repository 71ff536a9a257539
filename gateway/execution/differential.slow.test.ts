import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, validate } from 'graphql';
import { startHostileProxy } from '../../testing/gateway/hostile-names.ts';
import { randomOperation } from '../../testing/gateway/random-operation.ts';
import { startRandomSubgraph } from '../../testing/gateway/random-subgraphs.ts';
import { startTestGateway, testSettings } from '../../testing/gateway/small-system.ts';
import { startStockGateway } from '../../testing/gateway/stock-gateway.ts';
import { withoutRights } from '../../testing/gateway/without-rights.ts';
import { token } from '../../testing/tokens.ts';

const generous = {
  ...{
    QUERY_MAX_RESULT_FIELDS: '1000000000',
    QUERY_MAX_ALIASES: '1000',
    QUERY_MAX_ROOT_FIELDS: '100',
  },
  ...{ QUERY_MAX_DEPTH: '30', QUERY_MAX_ROOT_MUTATIONS: '100', QUERY_MAX_OVERLAPS: '1000000' },
  RATE_LIMIT_PER_USER: '1000000000000',
};

/** May ask everything, so that all is executed. */
const operator = { service: 'gateway' as const, userId: 'olga', roles: ['operator'] };
let authorization: string;

let ours: string;
let stock: string;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  authorization = `Bearer ${await token({ sub: operator.userId, roles: operator.roles })}`;
  const names = ['travel', 'order', 'payment'] as const;
  const real = await Promise.all(names.map(startRandomSubgraph));
  const subgraphs = await Promise.all(real.map(({ url }) => startHostileProxy(url)));
  const [travel, order, payment] = subgraphs.map(({ url }) => url) as [string, string, string];
  const stockGateway = await startStockGateway({ travel, order, payment }, operator);
  const gateway = await startTestGateway({
    TRAVEL_URL: travel,
    ORDER_URL: order,
    PAYMENT_URL: payment,
    ...generous,
  });
  stops.push(gateway.stop, stockGateway.stop, ...[...subgraphs, ...real].map(({ stop }) => stop));
  [ours, stock] = [`${gateway.url}/graphql`, stockGateway.url];
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

type StockError = { message: string; path?: unknown[]; extensions: { code: string } };

/**
 * Where a whole batch of entities fails, Apollo's path goes on with `@` and `_entities`; ours ends
 * at the field.
 */
const fieldPath = (path: unknown[] | undefined) => {
  const end = path?.findIndex((part) => part === '@' || part === '_entities') ?? -1;
  return end < 0 ? path : path?.slice(0, end);
};

type Plain = { message: string; path?: unknown[] | undefined; code: string };
const masked = 'Something went wrong on our side. It is safe to try again.';

/** An answer, without what differs from one request to the next; errors have no order. */
async function answer(url: string, asked: unknown) {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(asked) });
  const { data, errors = [], extensions } = JSON.parse(await response.text());
  const told = (errors as StockError[]).map(({ message, path, extensions: { code } }) => ({
    message,
    path: fieldPath(path),
    code,
  }));
  // What is wrong with the data, Apollo tells beside the errors, and ours as errors.
  const completed = ((extensions?.valueCompletion ?? []) as StockError[]).map(({ path }) => ({
    message: masked,
    path,
    code: 'INTERNAL_SERVER_ERROR',
  }));
  const { status } = response;
  const type = response.headers.get('content-type');
  return { status, data, errors: [...told, ...completed] as Plain[], type, completed };
}

const sorted = (errors: Plain[]) => errors.map((error) => JSON.stringify(error)).sort();

/**
 * Ours has every error of the stock gateway's, and besides only those of nulls that none of them
 * accounts for.
 */
function expectSame(
  { errors, completed: _, ...ours }: Awaited<ReturnType<typeof answer>>,
  { errors: theirs, completed: __, ...stock }: Awaited<ReturnType<typeof answer>>,
) {
  expect(ours).toEqual(stock);
  const known = sorted(theirs);
  const more = errors.filter((error) => !known.includes(JSON.stringify(error)));
  expect(sorted(errors.filter((error) => !more.includes(error)))).toEqual(known);
  for (const { path = [], code } of more) {
    expect([code, theirs.length > 0]).toEqual(['INTERNAL_SERVER_ERROR', true]);
    let there: unknown = ours.data;
    for (const part of path) there = (there as Record<string, unknown> | null)?.[part as string];
    expect(there ?? null).toBeNull();
  }
}

test('random operations are answered as the stock gateway answers them, the first time and the second', async () => {
  const sdl = readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8');
  const schema = Supergraph.build(withoutRights(sdl)).apiSchema().toGraphQLJSSchema();
  const seen = { valid: 0, whole: 0, errors: 0, completed: 0 };
  const property = fc.asyncProperty(fc.gen(), async (draw) => {
    const asked = randomOperation(schema, draw);
    if (validate(schema, parse(asked.query)).length > 0) return;
    const expected = await answer(stock, asked);
    expectSame(await answer(ours, asked), expected);
    expectSame(await answer(ours, asked), expected);
    seen.valid += 1;
    if (expected.completed.length > 0) seen.completed += 1;
    else if (expected.errors.length > 0) seen.errors += 1;
    else seen.whole += 1;
  });
  await fc.assert(property, { seed: 20_261_121, numRuns: 500, endOnFailure: true });
  // The operations are worth something only if they are valid, and if answers of every sort are
  // among them.
  expect(seen.valid).toBeGreaterThan(300);
  for (const kind of ['whole', 'errors', 'completed'] as const)
    expect([kind, seen[kind] > 3]).toEqual([kind, true]);
}, 300_000);
