import { expect, test } from '@jest/globals';
import { type KeptTrace, traceStore } from './kept-traces.ts';
import { type BegunSpan, spanCollector } from './span-collector.ts';

const noon = Date.parse('2026-12-01T12:00:00Z');
const took = (name: string, ms: number, at = noon): KeptTrace => {
  const whole = { parent: null, service: 'gateway', name, start: 0, ms };
  return { traceId: name, at: new Date(at).toISOString(), spans: [whole], left: 0 };
};

test('half of what is kept are the slowest of the last hour, the others the latest', () => {
  const store = traceStore(4);
  const lengths = [500, 2, 900, 3, 4, 5, 6];
  for (const ms of lengths) store.add(took(`${ms}`, ms), noon);
  expect(store.all().map(({ traceId }) => traceId)).toEqual(['6', '5', '900', '500']);
  store.add(took('later', 1, noon + 4_000_000), noon + 4_000_000);
  expect(store.all().map(({ traceId }) => traceId)).toEqual(['later', '6', '5', '900']);
});

/** A collector whose clock is moved by hand. */
function collecting() {
  const store = traceStore(10);
  const clock = { now: 1_000 };
  const { began, ended } = spanCollector(store, () => clock.now);
  const begin = (id: string, parentId?: string, more: Partial<BegunSpan> = {}) =>
    began({ id, parentId, traceId: 't', service: 'order', name: id, isOperation: false, ...more });
  const operation = (id: string, parentId?: string) =>
    begin(id, parentId, { service: 'gateway', isOperation: true });
  const end = (id: string, more = {}) => ended({ id, name: `${id}!`, isShort: true, ...more });
  return { store, clock, begin, operation, end };
}

test('the steps of an operation are kept together, with when they began and how long they took', () => {
  const { store, clock, begin, operation, end } = collecting();
  operation('a', 'a span of the client');
  clock.now += 5;
  begin('b', 'a');
  clock.now += 1.234;
  begin('c', 'b');
  clock.now += 2;
  end('c', { fault: 'SERVICE_UNAVAILABLE' });
  end('b');
  begin('d', 'a');
  clock.now += 1;
  expect(store.all()).toEqual([]);
  end('a');
  expect(store.all()[0]?.spans).toEqual([
    { parent: null, service: 'gateway', name: 'a!', start: 0, ms: 9.23 },
    { parent: 0, service: 'order', name: 'b!', start: 5, ms: 3.23 },
    {
      ...{ parent: 1, service: 'order', name: 'c!', start: 6.23, ms: 2 },
      fault: 'SERVICE_UNAVAILABLE',
    },
    { parent: 0, service: 'order', name: 'd', start: 8.23, ms: null },
  ]);
});

test('operations of one trace stay apart, and what belongs to none of them is not kept', () => {
  const { store, begin, operation, end } = collecting();
  operation('a');
  operation('b');
  begin('of b', 'b');
  begin('a job');
  begin('of the job', 'a job');
  for (const id of ['of the job', 'a job', 'of b', 'b', 'a']) end(id);
  begin('too late', 'b');
  expect(store.all().map(({ spans }) => spans.map(({ name }) => name))).toEqual([
    ['a!'],
    ['b!', 'of b!'],
  ]);
});

test('a stream is not kept', () => {
  const { store, operation, end } = collecting();
  operation('a');
  end('a', { isShort: false });
  expect(store.all()).toEqual([]);
});

test('an operation of many steps is kept with a hundred of them, and says how many there were', () => {
  const { store, begin, operation, end } = collecting();
  operation('a');
  for (let index = 0; index < 150; index += 1) begin(`step ${index}`, 'a');
  end('a', { name: 'x'.repeat(5_000) });
  const [trace] = store.all();
  expect([trace?.spans.length, trace?.left]).toEqual([100, 51]);
  expect(trace?.spans[0]?.name).toHaveLength(100);
});
