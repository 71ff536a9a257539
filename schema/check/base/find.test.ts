import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildSchema, introspectionFromSchema, printSchema } from 'graphql';
import { startTestGateway } from '../../../testing/gateway/small-system.ts';
import { compose } from '../../composition.ts';
import { supergraphFile } from '../../subgraphs.ts';
import { type ScratchProject, scratchProject } from '../scratch-project.ts';
import { findBase } from './find.ts';

let project: ScratchProject;
beforeEach(() => {
  project = scratchProject();
});
afterEach(() => project.remove());

const supergraphWith = (field: string): string => {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") type Query { ${field}: Int }`;
  return compose([{ name: 'stays', file: 'stays.graphql', sdl }]).supergraph ?? '';
};
const commit = (field: string) => {
  project.write(supergraphFile, supergraphWith(field));
  project.commit(field);
};

/** The one field of what is compared with, what it is called, and why it is not to be trusted. */
const base = async (given?: string, env: Record<string, string> = {}) => {
  const { label, contract, notCompared: why } = await findBase(given, { root: project.root, env });
  return {
    label,
    ...(why === undefined ? {} : { why }),
    field: Object.keys(contract?.api.getQueryType()?.getFields() ?? {})[0],
  };
};

test('on a branch it is where the branch left main, however far main has gone since', async () => {
  project.git('init', '-q');
  commit('first');
  project.git('checkout', '-qb', 'work');
  commit('work');
  project.git('checkout', '-q', 'main');
  commit('later');
  project.git('checkout', '-q', 'work');
  expect(await base()).toEqual({
    label: expect.stringContaining('where this work left main'),
    field: 'first',
  });
});

test('on main with work that is not pushed it is what was pushed', async () => {
  project.git('init', '-q');
  commit('pushed');
  project.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  commit('work');
  commit('more');
  expect(await base()).toEqual({
    label: expect.stringContaining('left origin/main'),
    field: 'pushed',
  });
});

test('on main itself, where the work is the last commit, it is the commit before', async () => {
  project.git('init', '-q');
  commit('first');
  commit('second');
  project.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  expect(await base()).toEqual({
    label: expect.stringContaining('the commit before this one'),
    field: 'first',
  });
});

test('where nothing before it is known there is nothing to compare with, and it says so', async () => {
  project.git('init', '-q');
  commit('only');
  expect(await base()).toEqual({
    label: 'nothing',
    why: expect.stringContaining('nothing before'),
    field: undefined,
  });
});

test('without git it is the file as it lies there, or nothing, and neither is called a comparison', async () => {
  const why = expect.stringContaining('no git repository');
  expect(await base()).toEqual({ label: 'nothing', why, field: undefined });
  project.write(supergraphFile, supergraphWith('here'));
  expect(await base()).toEqual({
    label: expect.stringContaining('as it lies here'),
    why: expect.anything(),
    field: 'here',
  });
});

test('a commit from before the first supergraph is compared with as nothing', async () => {
  project.git('init', '-q');
  project.write('README.md', 'begun');
  project.commit('begun');
  commit('first');
  expect(await base()).toEqual({
    label: expect.stringContaining('no supergraph yet'),
    field: undefined,
  });
});

test('it can be any git ref, or a file: a supergraph, a schema or an introspection', async () => {
  project.git('init', '-q');
  commit('tagged');
  project.git('tag', 'v1');
  commit('second');
  commit('third');
  expect((await base('v1')).field).toBe('tagged');
  const file = (name: string, text: string) => {
    project.write(name, text);
    return fileURLToPath(new URL(name, project.root));
  };
  expect((await base(file('other.graphql', supergraphWith('other')))).field).toBe('other');
  const api = 'type Query { api: Int }';
  expect((await base(file('api.graphql', api))).field).toBe('api');
  const introspection = introspectionFromSchema(buildSchema(api));
  expect((await base(file('api.json', JSON.stringify({ data: introspection })))).field).toBe('api');
});

test('it can be a running gateway', async () => {
  const gateway = await startTestGateway();
  const { contract } = await findBase(`${gateway.url}/graphql`);
  await gateway.stop();
  expect(contract?.federation).toBeUndefined();
  expect(contract && printSchema(contract.api)).toContain('myHomestayOrders(');
  await expect(base(`${gateway.url}/graphql`)).rejects.toThrow('does not tell its schema');
});

test('what is neither a ref, a file nor an address, and a file that is no schema, is refused', async () => {
  project.git('init', '-q');
  commit('first');
  await expect(base('nowhere')).rejects.toThrow('--base nowhere is neither');
  project.write('broken.graphql', 'type Query {');
  await expect(base(fileURLToPath(new URL('broken.graphql', project.root)))).rejects.toThrow(
    "can't be read",
  );
});
