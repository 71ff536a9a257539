import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import { subgraphNames } from '../../../runtime/services.ts';
import { clientsFolder } from '../../clients/read.ts';
import { contractsFolder } from '../../contracts/read.ts';
import { operationsFolder } from '../../operations.ts';
import { servicesFolder } from '../../service-operations.ts';
import { projectFile, readText, sdlFile, supergraphFile } from '../../subgraphs.ts';
import type { Base } from '../check-input.ts';
import { type Contract, contractOf } from '../contract.ts';
import { once } from '../once.ts';
import { CannotCheck } from '../report.ts';
import { ciBase, type Env } from './ci.ts';
import { filesAt, type Git, gitIn } from './git.ts';
import { ciCommit, localCommit } from './history.ts';

export type FindBase = {
  /** The project's folder. */
  root?: URL;
  /** Says what a CI compares with, and by `CI` that there is one. */
  env?: Env;
  /** A git ref to take where nothing says what else to compare with. */
  otherwise?: string | undefined;
};

/**
 * Finds what the schema is compared with.
 * @param given a git ref, a file (supergraph or API schema, or the JSON of an introspection) or a
 *   gateway's address;
 *   without it, what the CI says, and else the point where the work left the default branch
 * @throws CannotCheck where what is given can't be had
 */
export async function findBase(
  given: string | undefined,
  { root = projectFile('.'), env = {}, otherwise }: FindBase = {},
): Promise<Base> {
  const git = gitIn(root);
  if (!given) {
    const base = defaultBase(git, root, env);
    return base.notCompared && otherwise ? otherwiseBase(git, root, otherwise, base) : base;
  }
  if (/^https?:\/\//.test(given)) return gatewayBase(given);
  const commit = git('rev-parse', '--verify', '--quiet', `${given}^{commit}`);
  if (commit)
    return isAllThereIs(git, commit) ? itself(given) : commitBase(git, root, commit, given);
  if (statSync(given, { throwIfNoEntry: false })?.isFile())
    return fileBase(given, readFileSync(given, 'utf8'));
  throw new CannotCheck(
    `--base ${given} is neither a git ref of this clone, nor a file, nor an address.`,
  );
}

/**
 * What the CI says or where the work left the default branch; where neither is to be had, nothing,
 * and why.
 */
function defaultBase(git: Git, root: URL, env: Env): Base {
  if (!git('rev-parse', 'HEAD')) {
    const file = new URL(supergraphFile, root);
    const why = 'this is no git repository';
    if (!existsSync(file))
      return { label: 'nothing', notCompared: `${why}, and nothing was composed before` };
    const base = fileBase(`${supergraphFile} as it lies here`, readFileSync(file, 'utf8'));
    return {
      ...base,
      label: `${base.label} (${why})`,
      notCompared: `${why}, so it is not known what was before`,
    };
  }
  const inCi = Boolean(env.CI);
  const history = { git, mayFetch: inCi };
  const ci = ciBase(env);
  const found = ci ? ciCommit(history, ci) : localCommit(history, inCi);
  if ('why' in found) return { label: 'nothing', notCompared: found.why };
  if (found.commit === git('rev-parse', 'HEAD')) {
    return itself(found.words);
  }
  return commitBase(git, root, found.commit, found.words);
}

/** Whether a commit is the one that is checked out, and nothing has been changed since. */
const isAllThereIs = (git: Git, commit: string): boolean =>
  commit === git('rev-parse', 'HEAD') && git('status', '--porcelain', '--', '.') === '';

const itself = (words: string): Base => ({
  label: 'nothing',
  notCompared: `${words} is this commit itself`,
});

/** What is taken where nothing says better; the words of `base` say why. */
function otherwiseBase(git: Git, root: URL, otherwise: string, base: Base): Base {
  const commit = git('rev-parse', '--verify', '--quiet', `${otherwise}^{commit}`);
  if (!commit || isAllThereIs(git, commit)) return base;
  return commitBase(git, root, commit, `${otherwise}, since ${base.notCompared}`);
}

function commitBase(git: Git, root: URL, commit: string, words: string): Base {
  const label = `${commit.slice(0, 10)} (${words})`;
  const sdl = git('show', `${commit}:./${supergraphFile}`);
  if (!sdl) return { label: `${label}, which has no supergraph yet` };
  const files = (folder: string, ending: string) =>
    filesAt(root, commit, folder).filter(({ file }) => file.endsWith(ending));
  return {
    ...fileBase(label, sdl),
    registry: once(() => ({
      operations: files(operationsFolder, '.graphql'),
      services: files(servicesFolder, '.graphql'),
      clients: [...files(clientsFolder, '.json'), ...files(clientsFolder, '.graphql')],
    })),
    contracts: once(() => files(contractsFolder, '.json')),
    subgraphs: once(() =>
      subgraphNames.flatMap((name) => {
        const file = sdlFile(name);
        const text = git('show', `${commit}:./${file}`);
        return text ? [{ name, file, sdl: text }] : [];
      }),
    ),
  };
}

function fileBase(label: string, text: string): Base {
  try {
    if (text.includes('join__Graph')) return { label, contract: readable(text) };
    if (text.trimStart().startsWith('{'))
      return { label, contract: { api: introspected(JSON.parse(text)) } };
    return { label, contract: { api: buildSchema(text) } };
  } catch (error) {
    throw new CannotCheck(
      `What to compare with, ${label}, can't be read: ${(error as Error).message}`,
    );
  }
}

/**
 * The contract in a supergraph. The supergraph of this project is parsed only when somebody asks
 * for it.
 * @throws if another one cannot be parsed
 */
function readable(supergraph: string): Contract {
  const contract = contractOf(supergraph);
  if (!isTheOneHere(supergraph)) contract.api.getQueryType();
  return contract;
}

const isTheOneHere = (supergraph: string): boolean =>
  existsSync(projectFile(supergraphFile)) && readText(supergraphFile) === supergraph;

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
