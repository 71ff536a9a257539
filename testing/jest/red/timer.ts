import { test } from '@jest/globals';

test('throws where nobody catches', async () => {
  setTimeout(() => {
    throw new Error('uncaught');
  });
  await new Promise((go) => setTimeout(go, 20));
});
