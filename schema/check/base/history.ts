import type { CiBase } from './ci.ts';
import type { Git } from './git.ts';

/** A commit to compare with and what it is, or why there is none. */
export type Found = { commit: string; words: string } | { why: string };

export type History = {
  git: Git;
  /** Whether what is missing may be fetched: in CI yes, on a person's machine only when asked. */
  mayFetch: boolean;
};

/** Finds the commit that a CI names, or where the work left the branch that it names. */
export function ciCommit(history: History, { commit, branch, words }: CiBase): Found {
  if (commit) {
    if (has(history, commit)) return { commit, words };
    return {
      why: `${words}, ${commit.slice(0, 10)}, is not in this clone; fetch more of the history`,
    };
  }
  return forkFrom(history, branch ?? '', words);
}

/**
 * The point where the work left the default branch, whatever that is called. On that branch itself
 * it would be the work, so that nothing could ever be found: there it is the commit before.
 */
export function localCommit(history: History, inCi: boolean): Found {
  const { git } = history;
  const head = git('rev-parse', 'HEAD');
  const main = defaultBranch(history);
  if (!main) {
    const advice = 'give --base, or fetch the branch that this work goes to';
    return {
      why: `no default branch is known in this clone (no origin/HEAD, main, master or trunk): ${advice}`,
    };
  }
  const found = forkFrom(history, main, `where this work left ${main}`);
  if ('why' in found || found.commit !== head) return found;
  if (history.mayFetch && !git('rev-parse', '--verify', '--quiet', 'HEAD^'))
    git('fetch', '--quiet', '--no-tags', '--deepen=50', 'origin');
  const [parent, second] = (git('rev-list', '--parents', '-n1', 'HEAD') ?? '').split(' ').slice(1);
  if (!parent)
    return { why: 'there is nothing before this commit in this clone; fetch more of the history' };
  if (second) return { commit: parent, words: `${main} before this merge` };
  // A clone that lives on knows where the branch was before it was fetched or merged last.
  const fetched = git('rev-parse', '--verify', '--quiet', `${main}@{1}`);
  if (
    fetched &&
    fetched !== head &&
    git('merge-base', '--is-ancestor', fetched, head) !== undefined
  )
    return { commit: fetched, words: `${main} before it last moved` };
  if (inCi) {
    const advice = 'give --base the commit that was there before';
    return {
      why: `this is ${main} itself, and nobody says how many commits were pushed: ${advice}`,
    };
  }
  return { commit: parent, words: 'the commit before this one' };
}

/** The default branch as this clone knows it, and else as the remote tells it. */
function defaultBranch({ git, mayFetch }: History): string | undefined {
  const remote = git('symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD')?.replace(
    'refs/remotes/',
    '',
  );
  if (remote) return remote;
  const names = ['origin/main', 'origin/master', 'origin/trunk', 'main', 'master', 'trunk'];
  const known = names.find((name) => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`));
  if (known || !mayFetch) return known;
  return /^ref: refs\/heads\/(\S+)\s+HEAD$/m.exec(
    git('ls-remote', '--symref', 'origin', 'HEAD') ?? '',
  )?.[1];
}

/** Where the work left a branch. */
function forkFrom({ git, mayFetch }: History, branch: string, words: string): Found {
  const name = branch.replace(/^origin\//, '');
  const known = () =>
    [`origin/${name}`, name].find((one) =>
      git('rev-parse', '--verify', '--quiet', `${one}^{commit}`),
    );
  if (!known() && mayFetch) fetchBranch(git, name);
  const ref = known();
  if (!ref) return { why: `the branch ${name} is not in this clone; fetch it` };
  const fork = git('merge-base', 'HEAD', ref) ?? (mayFetch ? deepened(git, name, ref) : undefined);
  if (fork) return { commit: fork, words };
  const why = `this clone does not reach back to where this work left ${name}`;
  return { why: `${why}; fetch more of the history` };
}

const trackingOf = (name: string): string => `+refs/heads/${name}:refs/remotes/origin/${name}`;

const fetchBranch = (git: Git, name: string) =>
  git('fetch', '--quiet', '--no-tags', 'origin', trackingOf(name));

/** Fetches more of a shallow history, a good part at a time. */
function deepened(git: Git, name: string, ref: string): string | undefined {
  for (const more of ['--deepen=50', '--deepen=500', '--unshallow']) {
    if (git('rev-parse', '--is-shallow-repository') !== 'true') return undefined;
    git('fetch', '--quiet', '--no-tags', more, 'origin', trackingOf(name));
    git('fetch', '--quiet', '--no-tags', more, 'origin');
    const fork = git('merge-base', 'HEAD', `origin/${name}`) ?? git('merge-base', 'HEAD', ref);
    if (fork) return fork;
  }
  return undefined;
}

/** Whether a commit is here, or can be fetched by its name. */
function has({ git, mayFetch }: History, commit: string): boolean {
  const known = () => git('rev-parse', '--verify', '--quiet', `${commit}^{commit}`) !== undefined;
  if (known()) return true;
  if (!mayFetch) return false;
  git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit);
  return known();
}
