import { expect, test } from '@jest/globals';
import { freshDatabase } from '../testing/database.ts';
import { whyUnsupported } from './supported-database.ts';

test('the database of the tests is supported', async () => {
  const database = await freshDatabase();
  expect(whyUnsupported(await database.db.command({ hello: 1 }))).toBeUndefined();
  await database.stop();
});

test.each([
  ['a replica set', { setName: 'rs0', maxWireVersion: 21 }, undefined],
  ['a sharded cluster', { msg: 'isdbgrid', maxWireVersion: 25 }, undefined],
  ['a single server', { maxWireVersion: 25 }, /single server.*--replSet/],
  ['MongoDB 5', { setName: 'rs0', maxWireVersion: 13 }, /older than MongoDB 6/],
])('%s', (_title, hello, said) => {
  if (said) expect(whyUnsupported(hello)).toMatch(said);
  else expect(whyUnsupported(hello)).toBeUndefined();
});
