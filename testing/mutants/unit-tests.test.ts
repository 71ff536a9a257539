import { expect, test } from '@jest/globals';
import { unitTestsOf } from './unit-tests.ts';

test('the tests of a source are found beside tests that write programs', () => {
  expect(unitTestsOf('gateway/subgraphs')('gateway/subgraphs/answer-body.ts')[0]).toBe(
    'gateway/subgraphs/answer-body.test.ts',
  );
});
