import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Supergraph } from '@apollo/federation-internals';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, validate } from 'graphql';
import {
  type Feature,
  featuresAsked,
  features as kindsOfFeature,
} from '../../testing/gateway/features-asked.ts';
import { startHostileProxy } from '../../testing/gateway/hostile-names.ts';
import {
  type AskedOperation,
  type OperationSize,
  randomOperation,
} from '../../testing/gateway/random-operation.ts';
import { startRandomSubgraph } from '../../testing/gateway/random-subgraphs.ts';
import { compose, startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';
import { startTestGateway, testSettings } from '../../testing/gateway/small-system.ts';
import { startStockGateway } from '../../testing/gateway/stock-gateway.ts';
import { startSyntheticSubgraphs } from '../../testing/gateway/synthetic-subgraphs.ts';
import { withoutRights } from '../../testing/gateway/without-rights.ts';
import { token } from '../../testing/tokens.ts';

const generous = {
  ...{
    QUERY_MAX_RESULT_FIELDS: String(Number.MAX_SAFE_INTEGER),
    QUERY_MAX_ALIASES: '1000',
    QUERY_MAX_ROOT_FIELDS: '100',
  },
  ...{ QUERY_MAX_DEPTH: '30', QUERY_MAX_ROOT_MUTATIONS: '100', QUERY_MAX_OVERLAPS: '1000000' },
  RATE_LIMIT_PER_USER: String(Number.MAX_SAFE_INTEGER),
};

/** May ask everything, so that all is executed. */
const operator = { service: 'gateway' as const, userId: 'olga', roles: ['operator'] };
let authorization: string;
beforeAll(async () => {
  authorization = `Bearer ${await token({ sub: operator.userId, roles: operator.roles })}`;
});

type Asked = { name: string; url: string };
type Pair = { sdl: string; ours: string; stock: string; size: OperationSize };
const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** What answers as a subgraph does, and now and then with names of `Object.prototype`. */
async function withHostileNames(real: Asked[]): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const { name, url } of real) {
    const proxy = await startHostileProxy(new URL(url).origin);
    stops.push(proxy.stop);
    urls[name] = `${proxy.url}/graphql`;
  }
  return urls;
}

/** Our gateway and the stock one, before the same subgraphs. */
const own = 'the own supergraph';
const supergraphs: Record<string, () => Promise<Pair>> = {
  async [own]() {
    const names = ['travel', 'order', 'payment'] as const;
    const real = await Promise.all(names.map(startRandomSubgraph));
    stops.push(...real.map(({ stop }) => stop));
    const urls = await withHostileNames(real.map(({ url }, i) => ({ name: `${names[i]}`, url })));
    const settings = Object.fromEntries(
      Object.entries(urls).map(([name, url]) => [`${name.toUpperCase()}_URL`, new URL(url).origin]),
    );
    const ours = await startTestGateway({ ...settings, ...generous });
    stops.push(ours.stop);
    const sdl = readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8');
    return { ...(await beside(ours.url, urls, sdl)), size: { depth: 7, fields: 40 } };
  },
  async 'a supergraph of eight subgraphs'() {
    const real = await startSyntheticSubgraphs();
    stops.push(...real.map(({ stop }) => stop));
    const urls = await withHostileNames(real);
    const declared = real.map(({ name, sdl }) => ({ name, sdl, url: urls[name] as string }));
    // All that is asked of this one is planned in a thread, once that has started. The planner takes
    // half a minute to refuse some of it on a busy machine.
    const inThread = { PLANNING_THREAD_FROM: '0', OPERATION_TIMEOUT: '10m' };
    const ours = await startGatewayOf(declared, { ...generous, ...inThread });
    stops.push(ours.stop);
    // Larger ones take seconds to plan, at either gateway.
    const size = { depth: 5, fields: 14 };
    return { ...(await beside(ours.url, urls, compose(declared))), size };
  },
};

async function beside(ours: string, urls: Record<string, string>, sdl: string) {
  const stock = await startStockGateway(urls, operator, sdl);
  stops.push(stock.stop);
  return { sdl, ours: `${ours}/graphql`, stock: stock.url };
}

type StockError = { message: string; path?: unknown[]; extensions: { code: string } };

/**
 * Where a whole batch of entities fails, Apollo's path goes on with `@` and `_entities`; ours ends
 * at the field.
 */
const fieldPath = (path: unknown[] | undefined) => {
  const end = path?.findIndex((part) => part === '@' || part === '_entities') ?? -1;
  return end < 0 ? path : path?.slice(0, end);
};

type Answered = Awaited<ReturnType<typeof answer>>;
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

/**
 * Ours has every error of the stock gateway's, and besides only those of nulls that none of them
 * accounts for.
 */
function differenceOf(ours: Answered, stock: Answered): string | undefined {
  for (const name of ['status', 'type', 'data'] as const)
    if (!isDeepStrictEqual(ours[name], stock[name])) return name;
  if (endsEarly(ours))
    return isDeepStrictEqual(ours.errors.slice(0, -1), stock.errors.slice(0, toldOfVariables)) &&
      stock.errors.length > toldOfVariables
      ? undefined
      : 'another error of variables';
  const more = [...ours.errors];
  for (const error of stock.errors) {
    const at = indexOf(error, more, ours.data);
    if (at < 0) return 'an error is missing';
    more.splice(at, 1);
  }
  return more.every(
    (error) => stock.errors.length > 0 && isOfNull(error, ours.data) && error.code === fault,
  )
    ? undefined
    : 'an error too many';
}

/** Of errors in variables, graphql-js tells 50 in an execution by default, and ours this many. */
const toldOfVariables = 5;
const noMoreTold = 'Too many errors processing variables, error limit reached. Execution aborted.';
const endsEarly = ({ data, errors }: Answered) =>
  data === undefined &&
  errors.length === toldOfVariables + 1 &&
  errors.at(-1)?.message === noMoreTold;

/**
 * Apollo numbers some errors of lists by the objects that were fetched, which may be fewer than
 * those of the list: then ours has the same error at a place that is null, or that the answer does
 * not have, since the object around it is of another type.
 */
function indexOf(stock: Plain, ours: Plain[], data: unknown): number {
  const same = ours.findIndex((error) => isDeepStrictEqual(error, stock));
  if (same >= 0) return same;
  const names = ({ path }: Plain) => path?.map((part) => (typeof part === 'number' ? '@' : part));
  return ours.findIndex(
    (error) =>
      isDeepStrictEqual({ ...error, path: names(error) }, { ...stock, path: names(stock) }) &&
      (isOfNull(error, data) || isNowhere(error, data)),
  );
}

/** Whether the answer has no place such as that of an error. */
function isNowhere({ path = [] }: Plain, data: unknown): boolean {
  let there = data;
  for (const part of path) {
    if (typeof there !== 'object' || there === null) return false;
    if (!Object.hasOwn(there, part as string)) return true;
    there = (there as Record<string, unknown>)[part as string];
  }
  return false;
}

const fault = 'INTERNAL_SERVER_ERROR';

/**
 * Whether what an error is about, or what it would be in, is null; or was not asked for, but is
 * required by another field.
 */
function isOfNull({ path = [] }: Plain, data: unknown): boolean {
  let there = data;
  for (const [index, part] of path.entries()) {
    if (there === null) return true;
    if (typeof there !== 'object' || !Object.hasOwn(there, part as string))
      return index === path.length - 1;
    there = (there as Record<string, unknown>)[part as string];
  }
  return there === null;
}

async function plannedInThread(url: string): Promise<number> {
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  const [, times] =
    /^gateway_large_documents_total{work="plan",by="thread"} (\d+)$/m.exec(metrics) ?? [];
  return Number(times ?? 0);
}

/** `RANDOM_OPERATIONS=5000 npm test -- gateway/execution/differential` asks as many of each. */
const count = Number(process.env.RANDOM_OPERATIONS ?? 75);
/** With many a seed, one of the operations takes half of the time to plan. */
const seed = Number(process.env.RANDOM_SEED ?? 2);

test.each(
  Object.keys(supergraphs),
)('%s: random operations are answered as the stock gateway answers them, the first time and the second', async (name) => {
  const { sdl, ours, stock, size } = (await supergraphs[name]?.()) as Pair;
  const schema = Supergraph.build(withoutRights(sdl)).apiSchema().toGraphQLJSSchema();
  const seen = { valid: 0, whole: 0, errors: 0, completed: 0 };
  const featuresOf = featuresAsked(schema, sdl);
  const asking = Object.fromEntries(kindsOfFeature.map((kind) => [kind, 0])) as Record<
    Feature,
    number
  >;
  const differing: unknown[] = [];
  const compare = async (asked: AskedOperation, expected: Answered) => {
    const got = await answer(ours, asked);
    const difference = differenceOf(got, expected);
    if (difference) differing.push({ difference, asked, got, expected });
  };
  const property = fc.asyncProperty(fc.gen(), async (draw) => {
    const asked = randomOperation(schema, draw, size);
    const document = parse(asked.query);
    if (validate(schema, document).length > 0) return;
    for (const feature of featuresOf(document)) asking[feature] += 1;
    const expected = await answer(stock, asked);
    await compare(asked, expected);
    await compare(asked, expected);
    seen.valid += 1;
    if (expected.completed.length > 0) seen.completed += 1;
    else if (expected.errors.length > 0) seen.errors += 1;
    else seen.whole += 1;
  });
  await fc.assert(property, { seed, numRuns: count, endOnFailure: true });
  if (process.env.RANDOM_OPERATIONS)
    process.stderr.write(`${name}, seed ${seed}: ${JSON.stringify({ ...seen, ...asking })}\n`);
  expect([differing.length, differing.slice(0, 3)]).toEqual([0, []]);
  if (name !== own) expect(await plannedInThread(ours)).toBeGreaterThan(count / 2);
  // The operations are worth something only if they are valid, and if answers of every sort are
  // among them.
  expect(seen.valid).toBeGreaterThan(count * 0.6);
  expect([seen.whole > 1, seen.errors > 1]).toEqual([true, true]);
  // Our own has no need of some of the features.
  if (name !== own)
    expect(Object.entries(asking).filter(([, operations]) => operations === 0)).toEqual([]);
  // Little of our own schema is non-null: a null that spreads is rare among few operations.
  if (name !== own || count >= 1_000) expect(seen.completed).toBeGreaterThan(1);
}, 1_800_000);
