import { expect, test } from '@jest/globals';
import { freshDatabase } from '../../runtime/test-database.ts';

test('tests run on a real server', async () => {
  const database = await freshDatabase();
  expect(await database.now()).toBeInstanceOf(Date);
  await database.stop();
});
