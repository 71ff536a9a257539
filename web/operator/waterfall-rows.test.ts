import { expect, test } from '@jest/globals';
import type { KeptSpan } from '../api/traces.ts';
import { waterfallRows } from './waterfall-rows.ts';

const span = (name: string, parent: number | null, start: number, ms: number | null): KeptSpan => ({
  ...{ service: 'gateway', name, parent, start, ms },
});

test('parts stand below what they are a part of, in the order they began', () => {
  const rows = waterfallRows([
    span('query Page', null, 0, 200),
    span('fetch travel', 0, 100, 50),
    span('plan', 0, 10, 20),
    span('query Page__travel', 1, 110, 30),
    span('fetch order', 0, 100, 100),
  ]);
  const places = rows.map(({ name, depth, left, width }) => [
    ...[name, depth],
    ...[left, width].map(Math.round),
  ]);
  expect(places).toEqual([
    ['query Page', 0, 0, 100],
    ['plan', 1, 5, 10],
    ['fetch travel', 1, 50, 25],
    ['query Page__travel', 2, 55, 15],
    ['fetch order', 1, 50, 50],
  ]);
});

test('what goes on after the end, or takes no time, has a bar within the picture', () => {
  const rows = waterfallRows([
    span('mutation Pay', null, 0, 10),
    span('goes on', 0, 8, null),
    span('at the end', 0, 10, 0),
    span('later', 0, 12, 1),
  ]);
  expect(rows.map(({ left, width }) => [left, width])).toEqual([
    [0, 100],
    [80, 20],
    [99.5, 0.5],
    [99.5, 0.5],
  ]);
});

test('an operation that took no time at all is drawn too', () => {
  expect(waterfallRows([span('query Page', null, 0, 0)])).toMatchObject([{ left: 0, width: 0.5 }]);
});
