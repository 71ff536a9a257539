import { expect, test } from '@jest/globals';
import { misnumbered } from './migrations.ts';

const order = (...names: string[]) =>
  names.map((name) => `subgraphs/order/store/migrations/${name}.ts`);

test('migrations that count from 1 are in order, each service by itself', () => {
  const files = [...order('0001-orders', '0002-nights'), 'scheduler/store/migrations/0001-jobs.ts'];
  expect(misnumbered(files)).toEqual([]);
});

test('two migrations of one number are told apart', () => {
  expect(misnumbered(order('0001-orders', '0002-hosts', '0002-nights'))).toEqual([
    'subgraphs/order/store/migrations/0002-nights.ts: the number must be 0003',
  ]);
});

test('a number that was left out is missed', () => {
  expect(misnumbered(order('0001-orders', '0003-nights'))).toHaveLength(1);
});

test('other files have no numbers', () => {
  expect(misnumbered(['runtime/migrations/run.ts', ...order('0001-orders', 'words')])).toEqual([]);
});
