import { expect, test } from '@jest/globals';
import type { CommandStartedEvent, Document } from 'mongodb';
import { Registry } from 'prom-client';
import { openDatabase } from '../../../runtime/mongo.ts';
import { testDatabasePrefix, testMongoUri } from '../../../testing/database.ts';
import { storedBy } from '../../../testing/stored/insert-stored.ts';
import { openHomestays } from './homestays.ts';

test('homestays that are asked for while others are read cost one command, and each gets its own', async () => {
  const [stored] = storedBy('2026-11', 'travel').homestays?.documents as Document[];
  const name = `${testDatabasePrefix()}own`;
  const { db, stop } = await openDatabase(testMongoUri(), name, { metrics: new Registry() });
  try {
    const ids = ['h0', 'h1', 'h2'];
    const documents = ids.map((_id) => ({ ...stored, _id }) as Document);
    await db.collection('homestays').insertMany(documents);
    const asked: unknown[] = [];
    db.client.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
      if (commandName === 'find') asked.push(command.filter._id.$in);
    });
    const { homestaysByIds } = openHomestays(db);
    const wanted = [['h0'], ['h1', 'h1'], ['none'], ['h2', 'h1']];
    const found = await Promise.all(wanted.map(homestaysByIds));
    const foundIds = found.map((some) => some.map(({ id }) => id));
    expect(foundIds).toEqual([['h0'], ['h1'], [], ['h2', 'h1']]);
    // The first one waits for nobody.
    expect(asked).toEqual([['h0'], ['h1', 'none', 'h2']]);
  } finally {
    await db.dropDatabase();
    await stop();
  }
});
