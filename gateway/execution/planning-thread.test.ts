import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, validate } from 'graphql';
import { Registry } from 'prom-client';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { randomOperation } from '../../testing/gateway/random-operation.ts';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { testSettings } from '../../testing/gateway/small-system.ts';
import { validator } from '../admission/validation.ts';
import { openPlanningThread, type PlanningThread } from './planning-thread.ts';
import { preparation } from './prepared-operation.ts';
import { maxPlans } from './query-planner.ts';

const sdl = readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8');
const own = preparation(sdl);
const metrics = new Registry();

const open = (from: string, registry = new Registry()) =>
  openPlanningThread({
    settings: testSettings({ PLANNING_THREAD_FROM: from }),
    log: createLog('test', 'silent'),
    metrics: registry,
  });
const untilReady = (thread: PlanningThread) =>
  eventually(() => thread.validate(parse('{ __typename }')));

let thread: PlanningThread;
beforeAll(async () => {
  thread = open('0', metrics);
  thread.serve(sdl);
  await untilReady(thread);
});
afterAll(() => thread.stop());

const toPlan = (text: string) => ({
  document: parse(text),
  operationName: undefined,
  labels: undefined,
});
const homestay = '{ homestay(id: "1") { title shop { name } } }';
/** To plan it takes many turns of the event loop. */
const manyHomestays = `{ ${Array.from(
  { length: 300 },
  (_, n) => `a${n}: homestay(id: "1") { title }`,
).join(' ')} }`;

test('random operations are validated and planned there as they are here', async () => {
  const check = validator(true);
  let valid = 0;
  const property = fc.asyncProperty(fc.gen(), async (draw) => {
    const { query } = randomOperation(own.schema, draw, { depth: 7, fields: 40 });
    const asked = toPlan(query);
    const told = (errors: readonly object[] = []) => errors.map((error) => JSON.stringify(error));
    const here = check(own.schema, asked.document);
    expect(told(await thread.validate(asked.document))).toEqual(told(here));
    if (validate(own.schema, asked.document).length > 0) return;
    valid += 1;
    const plan = own.planOf(asked.document);
    expect(isDeepStrictEqual(await thread.plan(asked), plan)).toBe(true);
  });
  await fc.assert(property, { seed: 20_261_128, numRuns: 60, endOnFailure: true });
  expect(valid).toBeGreaterThan(30);
});

test.each([
  ['a field that there is not', '{ homestay(id: "1") { nothing } }'],
  ['too many errors', `{ ${Array.from({ length: 9 }, (_, n) => `a${n}`).join(' ')} }`],
  [
    'a field at the top of a subscription left out',
    'subscription ($a: Boolean!) { homestayOrderStateChanged(sn: "1") @skip(if: $a) { sn } }',
  ],
])('%s is refused in the same words, at the same places', async (_what, text) => {
  const document = parse(text);
  const here = validator(true)(own.schema, document);
  const there = (await thread.validate(document)) ?? [];
  expect(here.length).toBeGreaterThan(0);
  expect(there.map((one) => one.toJSON())).toEqual(here.map((one) => one.toJSON()));
});

test('the event loop goes on while a plan is made, and the plan is used in place of one made here', async () => {
  const prepared = preparation(sdl);
  const asked = toPlan(manyHomestays);
  const order: string[] = [];
  const planning = thread.plan(asked)?.then((plan) => {
    order.push('planned');
    return plan;
  });
  await new Promise((go) => setImmediate(go));
  order.push('loop');
  const plan = (await planning) as NonNullable<Awaited<typeof planning>>;
  expect(order).toEqual(['loop', 'planned']);
  prepared.keepPlan(asked, plan);
  expect(prepared.planOf(asked.document)).toBe(plan);
  const labels = { on: new Map([['percent(5)', true]]), key: 'percent(5)' };
  expect(prepared.planOf(asked.document, undefined, labels)).not.toBe(plan);
});

test('what the planner refuses there, it refuses in the same words', async () => {
  const asked = { ...toPlan('query A { homestay(id: "1") { title } }'), operationName: 'B' };
  const words = await Promise.resolve(thread.plan(asked)).catch(({ message }: Error) => message);
  expect(() => own.planOf(asked.document, 'B')).toThrow(words as string);
});

test('labels of @override are planned with, and a new supergraph, also while one is planned', async () => {
  const field = (subgraph: string, more = '') => ({
    name: subgraph,
    url: `http://127.0.0.1:1/${subgraph}`,
    sdl: `type Query { ${subgraph}: String } type T @key(fields: "id") { id: ID! }
      extend type Query { moved: String ${more} }`,
  });
  const label = '@override(from: "one", label: "new")';
  const next = compose([field('one'), field('two', label)]);
  const before = thread.plan(toPlan(homestay));
  thread.serve(next);
  const moved = (on: boolean) =>
    thread.plan({
      ...toPlan('{ moved }'),
      labels: on ? { on: new Map([['new', true]]), key: 'new' } : { on: new Map(), key: '' },
    });
  const of = async (plan: typeof before) => JSON.stringify((await plan)?.node);
  const [old, off, on] = await Promise.all([of(before), of(moved(false)), of(moved(true))]);
  thread.serve(sdl);
  expect(old).toBe(JSON.stringify(own.planOf(toPlan(homestay).document).node));
  expect([off, on]).toEqual([
    expect.stringContaining('"serviceName":"one"'),
    expect.stringContaining('"serviceName":"two"'),
  ]);
});

test('what is not large starts no thread, and what is large does not wait for it to start', async () => {
  const small = open('50');
  small.serve(sdl);
  const large = toPlan(
    `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
  );
  expect(small.plan(toPlan(homestay))).toBeUndefined();
  expect(small.plan(large)).toBeUndefined();
  expect(await eventually(() => small.plan(large))).toBeDefined();
  expect(small.plan(toPlan(homestay))).toBeUndefined();
  const circle = parse('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }');
  expect(await small.validate(circle)).toHaveLength(1);
  await small.stop();
});

test('what has taken too long is not asked again, until there is another supergraph', async () => {
  const hasty = openPlanningThread({
    settings: testSettings({ PLANNING_THREAD_FROM: '0', OPERATION_TIMEOUT: '1ms' }),
    log: createLog('test', 'silent'),
    metrics: new Registry(),
  });
  hasty.serve(sdl);
  await eventually(() => hasty.validate(parse('{ __typename }'))?.catch(() => true));
  const asked = toPlan(manyHomestays);
  const asking = () =>
    Promise.resolve(hasty.plan(asked)).catch(({ extensions }) => extensions.code);
  expect(await asking()).toBe('OPERATION_TIMEOUT');
  const turn = () => new Promise((resolve) => setImmediate(resolve, 'asked'));
  expect(await Promise.race([asking(), turn()])).toBe('OPERATION_TIMEOUT');
  hasty.serve(sdl);
  const anew = asking();
  expect(await Promise.race([anew, turn()])).toBe('asked');
  expect(await anew).toBe('OPERATION_TIMEOUT');
  await hasty.stop();
});

test('of the plans of an operation a thousand are compared, however many there are', () => {
  const names = Array.from({ length: 12 }, (_, n) => n);
  const has = (subgraph: number, n: number, of: number) => (subgraph + n) % of > 0;
  const fields = (subgraph: number, of: number, written: (n: number) => string) =>
    names.flatMap((n) => (has(subgraph, n, of) ? [`${written(n)} @shareable`] : [])).join(' ');
  const sharing = Array.from({ length: 8 }, (_, i) => ({
    name: `s${i}`,
    url: 'http://127.0.0.1:1/',
    sdl: `type Query { things: [Thing] @shareable }
      type Thing @key(fields: "id") { id: ID! ${fields(i, 3, (n) => `f${n}: Other`)} }
      type Other @key(fields: "id") { id: ID! ${fields(i, 2, (n) => `g${n}: Int`)} }`,
  }));
  const prepared = preparation(compose(sharing));
  const query = `{ things { ${names.map((n) => `f${n} { g${n} }`).join(' ')} } }`;
  const { node } = prepared.planOf(parse(query));
  expect(JSON.stringify(node).match(/"kind":"Fetch"/g)).toHaveLength(4);
  const { evaluatedPlanCount } = prepared.planner.lastGeneratedPlanStatistics() ?? {};
  expect(evaluatedPlanCount).toBeGreaterThan(0);
  expect(evaluatedPlanCount).toBeLessThanOrEqual(maxPlans);
});

test('who waits for a plan when the thread ends is refused', async () => {
  const registry = new Registry();
  const ended = open('0', registry);
  ended.serve(sdl);
  await untilReady(ended);
  const waits = expect(ended.plan(toPlan(homestay))).rejects.toMatchObject({
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
  await ended.stop();
  await waits;
  expect(await registry.metrics()).toContain('{work="plan",by="nobody"} 1');
});
