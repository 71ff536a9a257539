import { expect, test } from '@jest/globals';
import { LocalDateResolver } from 'graphql-scalars';
import { localDate } from './local-date.ts';

const outcome = (serialize: (value: unknown) => unknown, value: unknown) => {
  try {
    return serialize(value);
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  ...['2026-11-28', '2026-02-28', '2024-02-29', '2026-02-29', '2026-04-31', '2026-12-31'],
  ...['2026-13-01', '2026-00-10', '2026-01-00', '0000-01-01', '2026-1-1', '2026-11-28 ', ''],
  ...['2026-11-28T00:00:00Z', '12026-11-28', 5, null],
])('%j is answered, or refused, as by graphql-scalars', (value) => {
  expect(outcome(localDate.serialize, value)).toEqual(
    outcome(LocalDateResolver.serialize as (given: unknown) => unknown, value),
  );
});
