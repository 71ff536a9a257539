import { expect, test } from '@jest/globals';
import { allRefused, isRefused, type Refused, refusals, refusedFields } from './refusal.ts';

const refuse = refusals({ TOO_LATE: 'It is too late.', TOO_EARLY: 'It is too early.' });

test('a refusal has the sentence of its reason, or a more exact one', () => {
  expect(refuse('TOO_LATE')).toEqual({
    refused: true,
    reason: 'TOO_LATE',
    message: 'It is too late.',
  });
  expect(refuse('TOO_EARLY', 'It begins at 3.').message).toBe('It begins at 3.');
});

test('a refusal blames the field of its reason, or a more exact one', () => {
  const ofStay = refusals({ TOO_LATE: 'It is too late.', OVER: 'It is over.' }, { TOO_LATE: 'at' });
  expect(ofStay('TOO_LATE').path).toEqual(['input', 'at']);
  expect(ofStay('TOO_LATE', undefined, { path: ['input', 'until'] }).path).toEqual([
    'input',
    'until',
  ]);
  expect(ofStay('OVER').path).toBeUndefined();
});

test('a refusal and a result with a reason are told apart', () => {
  const results: (Refused<'TOO_LATE' | 'TOO_EARLY'> | { reason: string })[] = [
    refuse('TOO_LATE'),
    { reason: 'a cup was missing' },
  ];
  expect(results.map(isRefused)).toEqual([true, false]);
});

test('all that is wrong is one refusal: the first, and the others in `also`', () => {
  const first = refuse('TOO_LATE', undefined, {
    path: ['input', 'at'],
    limits: { latest: '2026-12-31' },
  });
  const second = refuse('TOO_EARLY');
  expect(allRefused([first, second])).toEqual({ ...first, also: [second] });
  expect(allRefused([first])).toBe(first);
  expect(allRefused([])).toBeUndefined();
});

test('the fields of the schema are there for every refusal', () => {
  const bare = refuse('TOO_EARLY');
  const full = refuse('TOO_LATE', 'Too late.', { path: ['input'], limits: { max: 3 } });
  const shown = (refusal: typeof bare) => [
    refusedFields.code(refusal),
    refusedFields.path(refusal),
    refusedFields.limits(refusal),
    refusedFields.also(refusal),
  ];
  expect(shown(bare)).toEqual(['TOO_EARLY', null, null, []]);
  expect(shown({ ...full, also: [bare] })).toEqual(['TOO_LATE', ['input'], { max: 3 }, [bare]]);
});
