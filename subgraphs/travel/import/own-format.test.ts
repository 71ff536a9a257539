import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { records } from './own-format.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const namesIn = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort();

test.each(Object.entries(records))('the README names every field of a %s', (kind, { shape }) => {
  const row = readme.split('\n').find((line) => line.startsWith(`| \`${kind}\``)) ?? '';
  const [, , must = '', may = ''] = row.split('|');
  const { type: _, ...fields } = shape;
  const [needed, optional]: string[][] = [[], []];
  for (const [name, field] of Object.entries(fields))
    (field.safeParse(undefined).success ? optional : needed)?.push(name);
  expect([namesIn(must), namesIn(may)]).toEqual([needed?.sort(), optional?.sort()]);
});
