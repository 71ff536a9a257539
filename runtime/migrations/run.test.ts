import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freshDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { openLease } from '../lease.ts';
import type { Database } from '../mongo.ts';
import type { NamedMigration } from './migration.ts';
import { runMigrations } from './run.ts';
import { verifyMigrated } from './verify.ts';

let database: Database;
let said: string[];
beforeEach(async () => {
  database = await freshDatabase();
  said = [];
});
afterEach(() => database.stop());

const run = (
  migrations: NamedMigration[],
  more: { signal?: AbortSignal; sayEveryMs?: number } = {},
) => runMigrations({ database, migrations, say: (line) => said.push(line), ...more });

const insert = (name: string): NamedMigration => ({
  name,
  run: async ({ db }) =>
    void (await db.collection<{ _id: string }>('ran').insertOne({ _id: name })),
});
const boats = () =>
  database.db.collection<{ _id: string; crew?: number; people?: number }>('boats');

const crewToPeople: NamedMigration = {
  name: '0001-people',
  run: ({ updateEach }) =>
    updateEach('boats', { people: { $exists: false } }, (boat) => ({
      $set: { people: boat.crew },
      $unset: { crew: '' },
    })),
};

describe('migrations', () => {
  test('run in their order, and only once', async () => {
    expect(await run([insert('0001-a'), insert('0002-b')])).toEqual(['0001-a', '0002-b']);
    expect(await run([insert('0001-a'), insert('0002-b'), insert('0003-c')])).toEqual(['0003-c']);
    expect(said).toEqual([
      expect.stringMatching('0001-a: done'),
      expect.stringMatching('0002-b: done'),
      expect.stringMatching('0003-c: done'),
    ]);
  });

  test('that have all run cost one look and say nothing', async () => {
    await run([insert('0001-a')]);
    said.length = 0;
    expect(await run([insert('0001-a')])).toEqual([]);
    expect(said).toEqual([]);
  });

  test('that many processes start at once run once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => run([insert('0001-a')])));
    expect(all.flat()).toEqual(['0001-a']);
  });

  test('wait for the process that runs them', async () => {
    const other = openLease(database, 'migrations', 60_000);
    await other.take();
    const running = run([insert('0001-a')]);
    await eventually(() => said.includes('another process is migrating; waiting for it'));
    await other.release();
    expect(await running).toEqual(['0001-a']);
  });

  test('that fail are run again', async () => {
    let failures = 1;
    const flaky: NamedMigration = {
      name: '0001-flaky',
      run: async () => {
        if (failures-- > 0) throw new Error('the disk is full');
      },
    };
    await expect(run([flaky, insert('0002-b')])).rejects.toThrow('the disk is full');
    expect(await run([flaky, insert('0002-b')])).toEqual(['0001-flaky', '0002-b']);
  });

  test('say from time to time that they still run', async () => {
    let finish = () => {};
    const slow: NamedMigration = {
      name: '0001-slow',
      run: () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    };
    const running = run([slow], { sayEveryMs: 10 });
    await eventually(() => said.some((line) => line.startsWith('0001-slow: started, ')));
    finish();
    await running;
  });
});

describe('updateEach', () => {
  const count = 1_200;
  const addBoats = () =>
    boats().insertMany(Array.from({ length: count }, (_, i) => ({ _id: `boat-${i}`, crew: i })));

  test('updates every document once', async () => {
    await addBoats();
    await run([crewToPeople]);
    const all = await boats().find().toArray();
    expect(all).toHaveLength(count);
    expect(
      all.every(({ _id, crew, people }) => crew === undefined && _id === `boat-${people}`),
    ).toBe(true);
  });

  test('gives every document the same update', async () => {
    await addBoats();
    const named: NamedMigration = {
      name: '0001-flag',
      run: ({ updateEach }) =>
        updateEach('boats', { flag: { $exists: false } }, { $set: { flag: 'red' } }),
    };
    await run([named]);
    expect(await boats().countDocuments({ flag: 'red' })).toBe(count);
  });

  test('goes on where an interrupted run has stopped', async () => {
    await addBoats();
    const stop = new AbortController();
    const seen: string[] = [];
    const stopping: NamedMigration = {
      name: crewToPeople.name,
      run: ({ updateEach }) =>
        updateEach('boats', { people: { $exists: false } }, ({ _id, crew }) => {
          seen.push(_id);
          if (seen.length === 700) stop.abort(new Error('stopped'));
          return { $set: { people: crew }, $unset: { crew: '' } };
        }),
    };
    await expect(run([stopping], { signal: stop.signal })).rejects.toThrow('stopped');
    expect(seen).toHaveLength(1_000);
    await run([stopping]);
    expect(new Set(seen).size).toBe(count);
    expect(seen).toHaveLength(count);
    expect(await boats().countDocuments({ people: { $exists: false } })).toBe(0);
  });

  test.each([
    [700, 'in its first update'],
    [count, 'after its first update'],
    [count + 700, 'in its second update'],
  ])('updates every document twice if it stops after %i (%s)', async (stopAfter) => {
    await addBoats();
    const stop = new AbortController();
    let done = 0;
    const set = (field: string) => () => {
      done += 1;
      if (done === stopAfter) stop.abort(new Error('stopped'));
      return { $set: { [field]: true } };
    };
    const twice: NamedMigration = {
      name: '0001-twice',
      async run({ updateEach }) {
        for (const field of ['painted', 'named'])
          await updateEach('boats', { [field]: { $exists: false } }, set(field));
      },
    };
    await expect(run([twice], { signal: stop.signal })).rejects.toThrow('stopped');
    await run([twice]);
    expect(done).toBe(2 * count);
    expect(await boats().countDocuments({ painted: true, named: true } as never)).toBe(count);
  });

  test('does not undo what a process writes meanwhile', async () => {
    await boats().insertOne({ _id: 'boat', crew: 1 });
    await run([
      {
        name: '0001-people',
        async run({ updateEach }) {
          await updateEach('boats', { people: { $exists: false } }, (boat) => ({
            $set: { people: boat.crew },
          }));
          await boats().updateOne({ _id: 'boat' }, { $set: { people: 9 } });
          await updateEach('boats', { people: { $exists: false } }, () => ({
            $set: { people: 0 },
          }));
        },
      },
    ]);
    expect(await boats().findOne({})).toMatchObject({ people: 9 });
  });
});

test('a process that was overtaken can no longer say that it has finished', async () => {
  const overtaken: NamedMigration = {
    name: '0001-slow',
    run: async ({ db }) => {
      await db
        .collection<{ _id: string }>('migrations')
        .updateOne({ _id: '0001-slow' }, { $set: { owner: 'another process' } });
    },
  };
  await expect(run([overtaken])).rejects.toThrow('another process runs 0001-slow now');
});

describe('collection', () => {
  const schema = {
    bsonType: 'object',
    required: ['crew'],
    properties: { crew: { bsonType: 'int' } },
  };
  const withSchema = (name: string): NamedMigration => ({
    name,
    run: ({ collection }) =>
      collection('boats', { schema, indexes: [{ key: { crew: 1 }, unique: true }] }),
  });

  test('makes a collection that refuses what breaks its schema', async () => {
    await run([withSchema('0001-boats')]);
    await expect(boats().insertOne({ _id: 'boat' })).rejects.toThrow('failed validation');
    await boats().insertOne({ _id: 'boat', crew: 1 });
    await expect(boats().insertOne({ _id: 'other', crew: 1 })).rejects.toThrow('E11000');
  });

  test('keeps an index that is there by another name', async () => {
    await boats().createIndex({ crew: 1 }, { unique: true, name: 'of_old' });
    await run([withSchema('0001-boats')]);
    expect((await boats().indexes()).map(({ name }) => name)).toEqual(['_id_', 'of_old']);
  });

  test('drops an index that nothing uses any more, and leaves one that differs', async () => {
    const partial = { key: { crew: 1 }, partialFilterExpression: { people: 1 } };
    await boats().createIndexes([{ key: { people: 1 } }, { key: { crew: 1 } }]);
    const without: NamedMigration = {
      name: '0001-boats',
      run: ({ collection }) =>
        collection('boats', { unusedIndexes: [{ key: { people: 1 } }, partial] }),
    };
    await run([without]);
    expect((await boats().indexes()).map(({ name }) => name)).toEqual(['_id_', 'crew_1']);
  });

  test('changes a collection that is there, whose old documents can still be updated', async () => {
    await boats().insertOne({ _id: 'old' });
    await run([withSchema('0001-boats')]);
    await expect(boats().insertOne({ _id: 'boat' })).rejects.toThrow('failed validation');
    expect(await boats().updateOne({ _id: 'old' }, { $set: { crew: 2 } })).toMatchObject({
      modifiedCount: 1,
    });
  });
});

describe('a process that starts', () => {
  test('is refused on a database that lacks one of its migrations', async () => {
    await run([insert('0001-a')]);
    await expect(verifyMigrated(database.db, ['0001-a', '0002-b'])).rejects.toThrow(
      /lacks 0002-b\. Run `npm run migrate` first\./,
    );
  });

  test('runs on a database that a newer version has migrated', async () => {
    await run([insert('0001-a'), insert('0002-b')]);
    await verifyMigrated(database.db, ['0001-a']);
  });

  test('is refused if a newer migration refuses older processes', async () => {
    await run([insert('0001-a'), { ...insert('0002-b'), refusesOlder: true }]);
    await expect(verifyMigrated(database.db, ['0001-a'])).rejects.toThrow(
      /0002-b of a newer version/,
    );
    await verifyMigrated(database.db, ['0001-a', '0002-b']);
  });

  test('is refused while a migration is unfinished', async () => {
    await expect(
      run([{ name: '0001-a', run: () => Promise.reject(new Error('stopped')) }]),
    ).rejects.toThrow();
    await expect(verifyMigrated(database.db, ['0001-a'])).rejects.toThrow('lacks 0001-a');
  });
});
