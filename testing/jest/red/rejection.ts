import { test } from '@jest/globals';

test('leaves a rejection that nobody handles', async () => {
  void Promise.reject(new Error('unhandled'));
  await new Promise(setImmediate);
});
