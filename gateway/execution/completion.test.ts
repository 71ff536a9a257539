import { readFileSync } from 'node:fs';
import { ERRORS, operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { expect, jest, test } from '@jest/globals';
import { GraphQLError, parse } from 'graphql';
import { withoutRights } from '../../testing/gateway/without-rights.ts';
import { completeData } from './completion.ts';

const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const apiSchema = Supergraph.build(withoutRights(sdl)).apiSchema();
const operation = operationFromDocument(
  apiSchema,
  parse('{ a: homestay(id: "1") { title } b: homestay(id: "2") { title } }'),
);
const data = () => ({ a: { title: null }, b: { title: 'B' } });
const complete = (given: object, errors: GraphQLError[] = []) =>
  completeData(operation, { data: given as never, variables: {}, errors });
const error = (path?: (string | number)[]) => new GraphQLError('said', { path });
const pathsOf = (errors: readonly GraphQLError[]) => errors.map(({ path }) => path);

test('a null that may not be is an error, and the nearest field that may be null is null', () => {
  const { data: completed, errors } = complete(data());
  expect(JSON.parse(JSON.stringify(completed))).toEqual({ a: null, b: { title: 'B' } });
  expect(errors).toMatchObject([
    { message: 'Cannot return null for non-nullable field Homestay.title.', path: ['a', 'title'] },
  ]);
});

test.each([
  ['at the place', ['a', 'title']],
  ['above it', ['a']],
  ['of nobody knows what', undefined],
])('it is not told twice where a subgraph has an error %s', (_where, path) => {
  expect(pathsOf(complete(data(), [error(path)]).errors)).toEqual([path]);
});

test('it is told beside an error of another place', () => {
  expect(pathsOf(complete(data(), [error(['b', 'title'])]).errors)).toEqual([
    ['b', 'title'],
    ['a', 'title'],
  ]);
});

test('a value of another kind than its type is an error', () => {
  const { data: completed, errors } = complete({ a: 'text', b: null });
  expect(completed).toBeNull();
  expect(errors).toHaveLength(1);
});

test('of a list of bad values no more errors are made than are told, and all the data is right', () => {
  const list = operationFromDocument(apiSchema, parse('{ homestays { nodes { title banner } } }'));
  const node = (i: number) => ({ title: `${i}`, banner: i % 2 ? i : 'sea' });
  const nodes = Array.from({ length: 5_000 }, (_, i) => node(i));
  const makes = jest.spyOn(ERRORS.INVALID_GRAPHQL, 'err');
  const said = [error(['homestays', 'nodes', 1, 'banner'])];
  const { data, errors } = completeData(list, {
    data: { homestays: { nodes } },
    variables: {},
    errors: said,
  });
  expect(makes).toHaveBeenCalledTimes(1_001);
  makes.mockRestore();
  const told = nodes.map(({ title, banner }) => ({
    title,
    banner: banner === 'sea' ? banner : null,
  }));
  expect(JSON.parse(JSON.stringify(data))).toEqual({ homestays: { nodes: told } });
  const paths = Array.from({ length: 1_001 }, (_, i) => [
    ...['homestays', 'nodes', 2 * i + 1],
    'banner',
  ]);
  expect(pathsOf(errors)).toEqual(paths);
});
