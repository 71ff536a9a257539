import { expect, test } from '@jest/globals';
import { statesBefore } from './transitions.ts';

const table = { ASKED: ['DONE', 'FAILED'], DONE: ['FAILED'], FAILED: [] } as const;

test('the states before a state are those that it may follow', () => {
  expect(statesBefore(table, 'FAILED')).toEqual(['ASKED', 'DONE']);
  expect(statesBefore(table, 'DONE')).toEqual(['ASKED']);
  expect(statesBefore(table, 'ASKED')).toEqual([]);
});
