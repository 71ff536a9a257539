import { expect, test } from '@jest/globals';
import { importsOf } from '../architecture/imports.ts';
import { validityOrigin } from './check/valid.ts';
import { clientTypesOrigin } from './client-types.ts';
import { compose } from './composition.ts';
import { contractOrigin } from './contracts/read.ts';
import { resolverTypesOrigin } from './resolver-types.ts';
import {
  composedOf,
  compositionOrigin,
  isSealed,
  type Origin,
  sealedComposition,
  sealOf,
} from './seals.ts';
import { readSubgraphs, readText, supergraphFile } from './subgraphs.ts';

const subgraphs = readSubgraphs();
const supergraph = readText(supergraphFile);
const [travel, ...others] = subgraphs as [(typeof subgraphs)[0], (typeof subgraphs)[0]];
const filter = { include: ['a'], exclude: [], name: 'a', file: 'a.json', clients: [] };

const origins: [string, Origin][] = [
  ['the supergraph', compositionOrigin(subgraphs)],
  ['a contract', contractOrigin(supergraph, filter)],
  ['the types of resolvers', resolverTypesOrigin(travel)],
  ['the types of a client', clientTypesOrigin(supergraph, [])],
  ['the validity of operations', validityOrigin(supergraph, subgraphs, [])],
];

/* They decide where files lie and what is read, not what is made of it. */
const beside = ['schema/subgraphs.ts', 'schema/operations.ts', 'schema/seals.ts'];

test.each(origins)('all code that makes %s is in its seal', (_, { code }) => {
  const imported = code.flatMap((file) =>
    importsOf(file, readText(file).replace(/import type [^;]*;/g, '')).map(({ to }) => to),
  );
  const own = imported.filter((file) => /^(schema|runtime)\//.test(file));
  expect(own.filter((file) => !beside.includes(file) && !code.includes(file))).toEqual([]);
});

const origin: Origin = { sources: ['a', 'b'], code: ['LICENSE'], packages: ['graphql'] };
const sealed = (from: Origin, made: string) =>
  isSealed({ file: { seal: sealOf(origin, 'made') } }, 'file', from, made);

test('a seal holds for the same file of the same origin alone', () => {
  expect(sealed(origin, 'made')).toBe(true);
  expect(sealed(origin, 'made by hand')).toBe(false);
  expect(sealed({ ...origin, sources: ['ab', ''] }, 'made')).toBe(false);
  expect(sealed({ ...origin, code: ['README.md'] }, 'made')).toBe(false);
  expect(sealed({ ...origin, packages: ['jest'] }, 'made')).toBe(false);
});

test('subgraphs are composed anew where the seal of the supergraph does not hold', async () => {
  const made = { supergraph, notes: [] };
  const seals = { [supergraphFile]: { seal: sealedComposition(subgraphs, made), notes: [] } };
  const longer = [{ ...travel, sdl: `${travel.sdl}\n# More.` }, ...others];
  const broken = [{ ...travel, sdl: `${travel.sdl}\ntype` }, ...others];
  expect(await composedOf(subgraphs, seals)).toEqual(made);
  expect(await composedOf(longer, seals)).toEqual(compose(longer));
  expect((await composedOf(broken, seals)).notes).toHaveLength(1);
  const noted = { [supergraphFile]: { seal: seals[supergraphFile]?.seal ?? '', notes: hints } };
  expect((await composedOf(subgraphs, noted)).notes).toEqual(compose(subgraphs).notes);
});

const hints = [{ severity: 'hint' as const, code: 'ANY', message: 'Not so.', places: [] }];
