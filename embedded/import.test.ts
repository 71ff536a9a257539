import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../runtime/mongo.ts';
import { testDatabasePrefix, testMongoUri } from '../testing/database.ts';

const program = fileURLToPath(new URL('./import.ts', import.meta.url));
const prefix = testDatabasePrefix();
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'homestay-import-'));
});

afterAll(async () => {
  const database = await openDatabase(testMongoUri(), `${prefix}travel`);
  await database.db.dropDatabase();
  await database.stop();
  await rm(directory, { recursive: true });
});

type Ended = { code: number; stdout: string; stderr: string };

const runImport = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const settings = { MONGODB_URI: testMongoUri(), DATABASE_PREFIX: prefix, INIT_CWD: directory };
    execFile(
      process.execPath,
      ['--import', 'tsx', program, ...args],
      { env: { ...process.env, ...settings, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

test('an import says what it assumes, which rows it skips, how far it is, and what it did', async () => {
  const rows = [
    'id,name,host_id,price,latitude,longitude,neighbourhood',
    '1,Flat,7,9000,35.0,135.7,Sakyo',
    '2,Flat,7,,35.0,135.7,Sakyo',
  ];
  await writeFile(join(directory, 'listings.csv'), rows.join('\n'));
  const { code, stdout, stderr } = await runImport(['listings.csv', '--currency', 'JPY']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      'shops: 1 added, 0 changed, 0 unchanged\nhomestays: 1 added, 0 changed, 0 unchanged\nrows: 2 read, 1 skipped\n',
  });
  expect(stderr).toContain('Prices are taken as JPY');
  expect(stderr).toContain('line 3: price: is empty');
  expect(stderr).toContain('2 rows, 100 %');
});

test('a file that is not there ends with 1 and is named, without a stack', async () => {
  const { code, stderr } = await runImport(['none.csv']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^\S+none\.csv cannot be read: ENOENT.*\n$/),
  });
});

test('a database that does not answer ends with 1 and is named', async () => {
  await writeFile(join(directory, 'empty.jsonl'), '');
  const uri = 'mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=200';
  const { code, stderr } = await runImport(['empty.jsonl'], { MONGODB_URI: uri });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/MONGODB_URI names does not answer/),
  });
});
