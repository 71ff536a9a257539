import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { persistedOperations } from './persisted-operations.ts';
import { safelist } from './safelist.ts';

let folder: string;
let releases: string;
let file: string;
let time = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'safelist-'));
  releases = join(folder, 'clients');
  file = join(folder, 'manifest.json');
  mkdirSync(releases);
  writeFileSync(file, apollo('web', 'query Web { now }'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const apollo = (id: string, body: string) =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id, name: 'X', type: 'query', body }],
  });
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const open = () => safelist({ file, releases, now: () => time });

/**
 * Puts a release into the folder; the folder's time is set, since a test is faster than a file
 * system's clock.
 */
const publish = (name: string, text: string) => {
  writeFileSync(join(releases, name), text);
  time += 1_000;
  utimesSync(releases, time, time);
};

test("the frontend's operations and those of every release are registered", () => {
  publish('mobile@1.0.json', apollo('old', 'query Old { now }'));
  publish('desk@7.json', JSON.stringify({ '5f': 'query Desk { now }' }));
  const list = open();
  expect(list.textOf('web')).toBe('query Web { now }');
  expect(list.textOf('old')).toBe('query Old { now }');
  expect(list.textOf('5f')).toBe('query Desk { now }');
  expect(list.has(hash('query Desk { now }'))).toBe(true);
  expect(list.textOf('none')).toBeUndefined();
  expect(list.has(hash('query None { now }'))).toBe(false);
});

test('a release that is published later is noticed, and so is one that is retired', () => {
  const list = open();
  expect(list.textOf('old')).toBeUndefined();
  publish('mobile@1.0.json', apollo('old', 'query Old { now }'));
  expect(list.textOf('old')).toBe('query Old { now }');
  rmSync(join(releases, 'mobile@1.0.json'));
  time += 1_000;
  utimesSync(releases, time, time);
  expect(list.textOf('old')).toBeUndefined();
  expect(list.textOf('web')).toBeDefined();
});

test('a release that cannot be read leaves the list as it was, until it can', () => {
  const list = open();
  publish('mobile@1.0.json', '{ "format": ');
  expect(list.textOf('web')).toBeDefined();
  writeFileSync(join(releases, 'mobile@1.0.json'), apollo('old', 'query Old { now }'));
  time += 1_000;
  expect(list.textOf('old')).toBe('query Old { now }');
});

test('what cannot be read at first is refused, and the folder need not be there', () => {
  writeFileSync(file, '{}}');
  expect(open).toThrow();
  writeFileSync(file, '[]');
  expect(open).toThrow('neither');
  writeFileSync(file, apollo('web', 'query Web { now }'));
  rmSync(releases, { recursive: true });
  expect(open().textOf('web')).toBeDefined();
});

test('a text that is no document is not taken for a registered one that is too long to compare', () => {
  const fields = Array.from({ length: 2_000 }, (_, n) => `a${n}: now`).join(' ');
  publish('long@1.json', apollo('long', `query Long { ${fields} }`));
  const resolve = persistedOperations(open());
  expect(() => resolve({ query: '}' })).toThrow('Only operations that are registered');
});
