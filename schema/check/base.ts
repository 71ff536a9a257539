import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import { operationsFolder } from '../operations.ts';
import { projectFile, supergraphFile } from '../subgraphs.ts';
import type { Base } from './check.ts';
import { contractOf } from './contract.ts';
import { CannotCheck } from './report.ts';

/**
 * Finds what the schema is compared with.
 * @param given a git ref, a file (supergraph or API schema, or the JSON of an introspection) or a gateway's address;
 *   without it, the point where the work left main
 * @param root the project's folder
 * @throws CannotCheck where what is given can't be had
 */
export async function findBase(
  given: string | undefined,
  root: URL = projectFile('.'),
): Promise<Base> {
  const git = gitIn(root);
  if (!given) return defaultBase(git, root);
  if (/^https?:\/\//.test(given)) return gatewayBase(given);
  if (existsSync(given)) return fileBase(given, readFileSync(given, 'utf8'));
  const commit = git('rev-parse', '--verify', '--quiet', `${given}^{commit}`);
  if (!commit)
    throw new CannotCheck(
      `--base ${given} is neither a git ref of this clone, nor a file, nor an address.`,
    );
  return commitBase(git, commit, given);
}

/**
 * The point where the work left main. On main itself that would be the work, so that nothing could ever be found: there it
 * is the commit before. Where git knows neither (a shallow clone, a first commit, no repository) it is what is committed.
 */
function defaultBase(git: Git, root: URL): Base {
  const head = git('rev-parse', 'HEAD');
  if (!head) {
    const file = new URL(supergraphFile, root);
    if (!existsSync(file))
      return { label: 'nothing: this is no git repository, and nothing was composed before' };
    return fileBase(
      `${supergraphFile} as it lies here (this is no git repository)`,
      readFileSync(file, 'utf8'),
    );
  }
  for (const main of ['origin/main', 'main']) {
    const fork = git('merge-base', 'HEAD', main);
    if (fork && fork !== head) return commitBase(git, fork, `where this work left ${main}`);
  }
  const parent = git('rev-parse', '--verify', '--quiet', 'HEAD^');
  if (parent) return commitBase(git, parent, 'the commit before this one');
  return commitBase(
    git,
    head,
    'the commit itself: nothing before it is known here, fetch the history to compare with main',
  );
}

function commitBase(git: Git, commit: string, words: string): Base {
  const label = `${commit.slice(0, 10)} (${words})`;
  const sdl = git('show', `${commit}:./${supergraphFile}`);
  if (!sdl) return { label: `${label}, which has no supergraph yet` };
  const operationFiles = () =>
    (git('ls-tree', '--name-only', commit, `${operationsFolder}/`) ?? '')
      .split('\n')
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => ({ file, text: git('show', `${commit}:./${file}`) ?? '' }));
  return { ...fileBase(label, sdl), operationFiles };
}

function fileBase(label: string, text: string): Base {
  try {
    if (text.includes('join__Graph')) return { label, contract: contractOf(text) };
    if (text.trimStart().startsWith('{'))
      return { label, contract: { api: introspected(JSON.parse(text)) } };
    return { label, contract: { api: buildSchema(text) } };
  } catch (error) {
    throw new CannotCheck(
      `What to compare with, ${label}, can't be read: ${(error as Error).message}`,
    );
  }
}

type Introspection = {
  data?: IntrospectionQuery;
  __schema?: unknown;
  errors?: { message: string }[];
};

function introspected(answer: Introspection) {
  const data = answer.data ?? (answer.__schema ? (answer as IntrospectionQuery) : undefined);
  if (!data)
    throw new Error(
      answer.errors?.map(({ message }) => message).join('; ') ?? 'it is no introspection',
    );
  return buildClientSchema(data);
}

async function gatewayBase(address: string): Promise<Base> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: getIntrospectionQuery() }),
      signal: AbortSignal.timeout(10_000),
    });
    return {
      label: `the gateway at ${address}`,
      contract: { api: introspected((await response.json()) as Introspection) },
    };
  } catch (error) {
    const { message, cause } = error as Error;
    throw new CannotCheck(
      `The gateway at ${address} does not tell its schema: ${cause ?? message}`,
    );
  }
}

/** What git says, or undefined where it refuses. */
type Git = (...args: string[]) => string | undefined;

const gitIn =
  (root: URL): Git =>
  (...args) => {
    try {
      const options = {
        cwd: fileURLToPath(root),
        encoding: 'utf8',
        maxBuffer: 100_000_000,
      } as const;
      return execFileSync('git', args, {
        ...options,
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trimEnd();
    } catch {
      return undefined;
    }
  };
