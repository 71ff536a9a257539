import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compose } from '../../composition.ts';
import { supergraphFile } from '../../subgraphs.ts';
import { type ScratchProject, scratchProject } from '../scratch-project.ts';
import { findBase } from './find.ts';

/*
 * What is compared with in clones as CIs make them. Every commit has a supergraph whose one field is named after it.
 */
let origin: ScratchProject;
let folders: string[];
beforeEach(() => {
  origin = scratchProject();
  origin.git('init', '-q', '-b', 'trunk-of-ours');
  folders = [];
});
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  origin.remove();
});

const commit = (field: string, folder = ''): string => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")';
  const sdl = `${link} type Query { ${field}: Int }`;
  const { supergraph } = compose([{ name: 'stays', file: 'stays.graphql', sdl }]);
  origin.write(`${folder}${supergraphFile}`, supergraph ?? '');
  origin.commit(field);
  return origin.git('rev-parse', 'HEAD').trim();
};

/**
 * A branch of two commits that left the default branch at its second; the default branch has moved
 * on since.
 */
function branch(folder = ''): { left: string; head: string } {
  commit('first', folder);
  const left = commit('left', folder);
  origin.git('checkout', '-qb', 'feature');
  commit('one', folder);
  const head = commit('two', folder);
  origin.git('checkout', '-q', 'trunk-of-ours');
  commit('later', folder);
  origin.git('checkout', '-q', 'feature');
  return { left, head };
}

/** Clones over a real transport, since a clone by path ignores its depth. */
function clone(...options: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'schema-clone-'));
  folders.push(folder);
  execFileSync('git', ['clone', '-q', ...options, origin.root.href, folder], { stdio: 'pipe' });
  return folder;
}

const gitIn = (folder: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();

/** The field of what is compared with, or why there is nothing. */
async function base(folder: string, env: Record<string, string> = {}): Promise<string> {
  const { contract, notCompared } = await findBase(undefined, {
    root: pathToFileURL(`${folder}/`),
    env,
  });
  return notCompared ?? Object.keys(contract?.api.getQueryType()?.getFields() ?? {})[0] ?? '';
}

const ci = { CI: 'true' };

test('a whole clone knows the default branch, whatever it is called', async () => {
  branch();
  const folder = clone();
  expect(gitIn(folder, 'branch', '--show-current')).toBe('feature');
  gitIn(folder, 'remote', 'set-head', 'origin', 'trunk-of-ours');
  expect(await base(folder)).toBe('left');
});

test('a shallow clone compares with nothing on a machine, and fetches what it needs in a CI', async () => {
  branch();
  origin.git('symbolic-ref', 'HEAD', 'refs/heads/trunk-of-ours');
  const shallow = () => clone('--depth', '1', '-b', 'feature');
  expect(await base(shallow())).toMatch(/no default branch is known/);
  expect(await base(shallow(), ci)).toBe('left');
});

test('a clone of the branch alone fetches the target that GitHub, Bitbucket, Buildkite or GitLab names', async () => {
  const { left } = branch();
  const alone = () => clone('--depth', '1', '--single-branch', '-b', 'feature');
  const named = async (env: Record<string, string>) => base(alone(), { ...ci, ...env });
  expect(await named({ GITHUB_BASE_REF: 'trunk-of-ours' })).toBe('left');
  expect(await named({ BITBUCKET_PR_DESTINATION_BRANCH: 'trunk-of-ours' })).toBe('left');
  expect(await named({ BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'trunk-of-ours' })).toBe('left');
  expect(await named({ CI_MERGE_REQUEST_DIFF_BASE_SHA: left })).toBe('left');
  expect(await named({ CI_DEFAULT_BRANCH: 'trunk-of-ours', CI_COMMIT_BRANCH: 'feature' })).toBe(
    'left',
  );
});

test('what cannot be fetched is named, and is no comparison', async () => {
  branch();
  const folder = clone('--depth', '1', '-b', 'feature');
  gitIn(folder, 'remote', 'set-url', 'origin', `${folder}-gone`);
  expect(await base(folder, { ...ci, GITHUB_BASE_REF: 'main' })).toBe(
    'the branch main is not in this clone; fetch it',
  );
  expect(await base(folder, { ...ci, CI_MERGE_REQUEST_DIFF_BASE_SHA: 'a'.repeat(40) })).toMatch(
    /is not in this clone/,
  );
});

/** A push to the default branch, as GitHub tells of it. */
function pushEvent(folder: string, before: string): Record<string, string> {
  const file = join(folder, 'event.json');
  const repository = { default_branch: 'trunk-of-ours' };
  writeFileSync(file, JSON.stringify({ ref: 'refs/heads/trunk-of-ours', before, repository }));
  return { ...ci, GITHUB_EVENT_PATH: file };
}

test('a push of several commits is compared with what was there before it', async () => {
  const before = commit('before');
  commit('one');
  commit('two');
  const folder = clone('--depth', '1');
  expect(await base(folder, pushEvent(folder, before))).toBe('before');
  const gitlab = { CI_DEFAULT_BRANCH: 'trunk-of-ours', CI_COMMIT_BRANCH: 'trunk-of-ours' };
  expect(await base(folder, { ...ci, ...gitlab, CI_COMMIT_BEFORE_SHA: before })).toBe('before');
});

test('on the default branch a CI that does not say what was there before compares with nothing', async () => {
  commit('before');
  commit('one');
  const folder = clone();
  expect(await base(folder)).toBe('before');
  expect(await base(folder, ci)).toMatch(/nobody says how many commits were pushed/);
});

test('a clone that lives on is compared with where the branch was before it was fetched', async () => {
  commit('before');
  const folder = clone();
  commit('one');
  commit('two');
  gitIn(folder, 'pull', '-q');
  expect(await base(folder, ci)).toBe('before');
});

test('where nobody says what was before, what is given for that case is taken, and the label says why', async () => {
  commit('before');
  commit('one');
  const found = async (folder: string) => {
    const options = { root: pathToFileURL(`${folder}/`), env: ci, otherwise: 'HEAD^' };
    const { label, contract, notCompared: why } = await findBase(undefined, options);
    const [field] = Object.keys(contract?.api.getQueryType()?.getFields() ?? {});
    return { label, field, why };
  };
  const taken = { label: expect.stringContaining('HEAD^, since this is origin/'), field: 'before' };
  expect(await found(clone())).toEqual(taken);
  expect(await found(clone('--depth', '1'))).toEqual(taken);
});

test('a commit is not compared with itself, but what is not committed yet is', async () => {
  commit('first');
  const folder = clone();
  const options = { root: pathToFileURL(`${folder}/`) };
  expect((await findBase('HEAD', options)).notCompared).toBe('HEAD is this commit itself');
  writeFileSync(join(folder, 'new.graphql'), '');
  expect((await findBase('HEAD', options)).notCompared).toBeUndefined();
});

test('the first push of the default branch has nothing before it', async () => {
  commit('first');
  const folder = clone();
  expect(await base(folder, pushEvent(folder, '0'.repeat(40)))).toMatch(/is this commit itself/);
});

test('a merge on the default branch is compared with its first parent', async () => {
  const { head } = branch();
  origin.git('checkout', '-q', 'trunk-of-ours');
  origin.git('merge', '-q', '-s', 'ours', '-m', 'merged', head);
  expect(await base(clone(), ci)).toBe('later');
});

test('the detached merge of a pull request is compared with where its branch left', async () => {
  const { head } = branch();
  origin.git('checkout', '-q', '--detach', 'trunk-of-ours');
  origin.git('merge', '-q', '-s', 'ours', '-m', 'merged', head);
  const folder = clone();
  gitIn(folder, 'fetch', '-q', 'origin', 'HEAD');
  gitIn(folder, 'checkout', '-q', '--detach', 'FETCH_HEAD');
  expect(await base(folder, { ...ci, GITHUB_BASE_REF: 'trunk-of-ours' })).toBe('later');
});

test('the queue of merges says what a merge is put on', async () => {
  const { left } = branch();
  const folder = clone();
  const file = join(folder, 'event.json');
  writeFileSync(file, JSON.stringify({ merge_group: { base_sha: left } }));
  expect(await base(folder, { ...ci, GITHUB_EVENT_PATH: file })).toBe('left');
});

test('the project may be a folder of its repository', async () => {
  branch('backend/');
  const folder = clone();
  gitIn(folder, 'remote', 'set-head', 'origin', 'trunk-of-ours');
  expect(await base(join(folder, 'backend'))).toBe('left');
});

test('a folder and a branch may have one name', async () => {
  branch();
  const folder = clone();
  gitIn(folder, 'branch', 'schema', 'HEAD~1');
  const { contract } = await findBase('schema', { root: pathToFileURL(`${folder}/`) });
  expect(Object.keys(contract?.api.getQueryType()?.getFields() ?? {})).toEqual(['one']);
  await expect(
    findBase(fileURLToPath(pathToFileURL(`${folder}/`)), { root: pathToFileURL(`${folder}/`) }),
  ).rejects.toThrow('is neither a git ref');
});
