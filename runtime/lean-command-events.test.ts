import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CommandSucceededEvent } from 'mongodb';
import { Registry } from 'prom-client';
import { testDatabasePrefix, testMongoUri } from '../testing/database.ts';
import { type Database, openDatabase } from './mongo.ts';

let database: Database;
beforeAll(async () => {
  const metrics = new Registry();
  database = await openDatabase(testMongoUri(), `${testDatabasePrefix()}own`, { metrics });
});
afterAll(async () => {
  await database.db.dropDatabase();
  await database.stop();
});

test('documents are read for whoever asks, and not for the events that tell of commands', async () => {
  const things = database.db.collection<{ _id: number; of: { deep: string[] } }>('things');
  const all = [1, 2, 3, 4, 5].map((_id) => ({ _id, of: { deep: ['ü', String(_id)] } }));
  await things.insertMany(all);
  const told: unknown[] = [];
  const hear = ({ reply }: CommandSucceededEvent) => {
    const { firstBatch = [], nextBatch = [] } = (reply as { cursor?: Batches }).cursor ?? {};
    told.push(...firstBatch, ...nextBatch);
  };
  database.db.client.on('commandSucceeded', hear);
  const sorted = { $sort: { _id: 1 } };
  expect(await things.find().sort({ _id: 1 }).batchSize(2).toArray()).toEqual(all);
  expect(await things.aggregate([sorted]).toArray()).toEqual(all);
  expect(await things.findOne({ _id: 3 })).toEqual(all[2]);
  expect(await things.distinct('_id')).toEqual([1, 2, 3, 4, 5]);
  expect((await things.find().explain()).ok).toBe(1);
  database.db.client.off('commandSucceeded', hear);
  expect(told).toHaveLength(11);
  expect(told.every((document) => document instanceof Uint8Array)).toBe(true);
});

type Batches = { firstBatch?: unknown[]; nextBatch?: unknown[] };
