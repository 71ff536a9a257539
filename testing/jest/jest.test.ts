import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';

type Result = { name: string; status: string; message: string };

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Jest as this repository sets it up, on the files of two folders beside this one. */
const jest = [
  ...['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand', '--json'],
  ...['--testMatch', '<rootDir>/testing/jest/{red,apart}/!(throws|tests).ts'],
];

let results: Result[];
beforeAll(async () => {
  const run = promisify(execFile)(process.execPath, jest, { cwd: root });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  results = JSON.parse(stdout).testResults;
});

test.each([
  ['assertion', 'toEqual'],
  ['export', "does not provide an export named 'nothing'"],
  ['import', 'thrown by an import'],
  ['rejection', 'unhandled'],
  ['timer', 'uncaught'],
])('a test file fails and says why: %s', (file, why) => {
  const result = results.find(({ name }) => name.endsWith(`/red/${file}.ts`));
  expect(result?.status).toBe('failed');
  expect(result?.message).toContain(why);
});

test('test files of one process leave each other as they would be alone', () => {
  const apart = results.filter(({ name }) => name.includes('/apart/'));
  expect(apart.map(({ message }) => message)).toEqual(['', '']);
});
