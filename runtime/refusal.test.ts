import { expect, test } from '@jest/globals';
import { isRefused, type Refused, refusals } from './refusal.ts';

const refuse = refusals({ TOO_LATE: 'It is too late.', TOO_EARLY: 'It is too early.' });

test('a refusal has the sentence of its reason, or a more exact one', () => {
  expect(refuse('TOO_LATE')).toEqual({
    refused: true,
    reason: 'TOO_LATE',
    message: 'It is too late.',
  });
  expect(refuse('TOO_EARLY', 'It begins at 3.').message).toBe('It begins at 3.');
});

test('a refusal is told from a result, though the result has a reason too', () => {
  const results: (Refused<'TOO_LATE' | 'TOO_EARLY'> | { reason: string })[] = [
    refuse('TOO_LATE'),
    { reason: 'a cup was missing' },
  ];
  expect(results.map(isRefused)).toEqual([true, false]);
});
