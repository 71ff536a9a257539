import { expect, test } from '@jest/globals';
import { alertStates } from './alert-rules.ts';
import { evaluate, type Scrape } from './promql.ts';

/** A scrape of one series without labels. */
const scrapeOf = (at: number, value: number | undefined): Scrape => ({
  at,
  samples: value === undefined ? [] : [{ name: 'it', labels: {}, value }],
});
const series = (...values: (number | undefined)[]): Scrape[] =>
  values.map((value, i) => scrapeOf(i * 10, value));
const evaluated = (text: string, ...values: (number | undefined)[]) =>
  evaluate(text, series(...values)).map(({ value }) => value);

test.each([
  ['a counter grows from its first sample', 'increase(it[1m])', [undefined, 3, 5], [2]],
  ['one sample is no growth', 'increase(it[1m])', [undefined, 3], []],
  ['a counter that begins anew has grown by what it shows', 'increase(it[1m])', [5, 7, 2], [4]],
  ['what is older than the range does not count', 'increase(it[10s])', [1, 5, 6], [1]],
  ['a value that changes is counted', 'changes(it[1m])', [1, 1, 2, 3], [2]],
  ['what is there is not absent', 'absent(it)', [1], []],
  ['what is gone is absent', 'absent(it)', [1, undefined], [1]],
  ['either condition is enough', 'it > 3 or it < 2', [1], [1]],
])('%s: %s', (_, text, values, expected) => {
  expect(evaluated(text, ...values)).toEqual(expected);
});

test('what is absent has the labels that it is asked by', () => {
  expect(evaluate('absent(it{job="a",copy=~"b.*"})', series(1))).toEqual([
    { labels: { job: 'a' }, value: 1 },
  ]);
});

test('an alert fires once its condition has held for so long, and no longer than it holds', () => {
  const states = alertStates([{ alert: 'It', expr: 'it > 0', for: '20s' }]);
  const scrapes: Scrape[] = [];
  const firing = [0, 1, 1, 0, 1, 1, 1, 1, 0].map((value, i) => {
    scrapes.push(scrapeOf(i * 10, value));
    return states(scrapes).get('It');
  });
  expect(firing).toEqual([...Array(6), 60, 60, undefined]);
});
