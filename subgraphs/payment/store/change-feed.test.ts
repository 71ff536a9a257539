import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { eventually } from '../../../testing/eventually.ts';
import { followChanges } from './change-feed.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database?.stop());

test('one of two follows the changes; the other takes over from where it was, with what happened meanwhile', async () => {
  const follower = () => {
    const seen: string[] = [];
    const opened = { times: 0 };
    const stop = followChanges({
      database,
      log: createLog('test', 'silent'),
      onChange: async (_, sn) => void seen.push(sn),
      onOpen: async () => {
        opened.times += 1;
      },
    });
    return { seen, opened, stop };
  };
  const payments = database.db.collection<{ _id: string }>('payments');
  const first = follower();
  await eventually(async () => first.opened.times === 1);
  const second = follower();
  await payments.insertOne({ _id: 'PMT1' });
  await eventually(async () => first.seen.length === 1);
  const place = database.db.collection('change_feed');
  await eventually(async () => (await place.findOne({}))?.token);
  await first.stop();
  await payments.insertOne({ _id: 'PMT2' });
  await eventually(async () => second.seen.includes('PMT2'));
  await second.stop();
  expect([first.seen, second.seen]).toEqual([['PMT1'], ['PMT2']]);
});
