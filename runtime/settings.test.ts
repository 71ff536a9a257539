import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readSettings, secret, secrets } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const value = 'a secret of the tests, for the services';
const fileWith = (content: string) => {
  const path = join(folder, 'service-secret');
  writeFileSync(path, content);
  return path;
};
const shape = z.object({ SERVICE_SECRET: secret, SUPERGRAPH_FILE: z.string().default('') });

describe('a setting may stand in a file', () => {
  test('and is read without the line end that editors add', () => {
    const read = readSettings(shape, { SERVICE_SECRET_FILE: fileWith(`${value}\n`) });
    expect(read.SERVICE_SECRET).toBe(value);
  });

  test('a file that cannot be read is named', () => {
    const env = { SERVICE_SECRET_FILE: join(folder, 'nothing-here') };
    expect(() => readSettings(shape, env)).toThrow(/SERVICE_SECRET_FILE: cannot be read: ENOENT/);
  });

  test('the value and the file together are refused', () => {
    const env = { SERVICE_SECRET: value, SERVICE_SECRET_FILE: fileWith(value) };
    expect(() => readSettings(shape, env)).toThrow('SERVICE_SECRET, SERVICE_SECRET_FILE: set only');
  });

  test('what is wrong in the file is said of the setting', () => {
    const env = { SERVICE_SECRET_FILE: fileWith('short') };
    expect(() => readSettings(shape, env)).toThrow('SERVICE_SECRET: must have at least 32');
  });
});

test('a setting that names a file keeps the name', () => {
  const env = { SERVICE_SECRET: value, SUPERGRAPH_FILE: 'supergraph.graphql' };
  expect(readSettings(shape, env).SUPERGRAPH_FILE).toBe('supergraph.graphql');
});

describe('a secret that is being changed', () => {
  const one = z.object({ SERVICE_SECRET: secrets });
  const other = 'another secret of the tests, for the services';

  test('is one, or a new and an old one separated by |', () => {
    expect(readSettings(one, { SERVICE_SECRET: value }).SERVICE_SECRET).toEqual([value]);
    const both = { SERVICE_SECRET: `${other} | ${value}` };
    expect(readSettings(one, both).SERVICE_SECRET).toEqual([other, value]);
  });

  test.each(['short', `${value}|short`, `${value}|${value}|${value}`])('is not %j', (given) => {
    expect(() => readSettings(one, { SERVICE_SECRET: given })).toThrow('must be one secret');
  });
});
