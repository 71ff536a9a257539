import { existsSync, readFileSync } from 'node:fs';

export type Env = Readonly<Record<string, string | undefined>>;

/** What a CI says of the work: the commit before it, or the branch it goes to. */
export type CiBase = { commit?: string | undefined; branch?: string | undefined; words: string };

type GithubEvent = {
  before?: string;
  ref?: string;
  repository?: { default_branch?: string };
  merge_group?: { base_sha?: string };
};

/** A commit that there is not: a branch's first push. */
const isNothing = (commit: string | undefined): boolean => !commit || /^0+$/.test(commit);

/**
 * Reads from the environment what the work is to be compared with, by the first CI that says it.
 */
export function ciBase(env: Env): CiBase | undefined {
  return [github, gitlab, bitbucket, buildkite]
    .map((read) => read(env))
    .find((base) => base?.commit || base?.branch);
}

// https://docs.github.com/actions/reference/workflows-and-actions/variables
function github(env: Env): CiBase | undefined {
  if (env.GITHUB_BASE_REF) {
    return { branch: env.GITHUB_BASE_REF, words: `where this work left ${env.GITHUB_BASE_REF}` };
  }
  const event = githubEvent(env.GITHUB_EVENT_PATH);
  if (!event) return undefined;
  const group = event.merge_group?.base_sha;
  if (group) return { commit: group, words: 'what the merge queue puts it on' };
  const main = event.repository?.default_branch;
  if (event.ref === `refs/heads/${main}` && !isNothing(event.before)) {
    return { commit: event.before, words: `${main} before this push` };
  }
  return { branch: main, words: `where this work left ${main}` };
}

function githubEvent(file: string | undefined): GithubEvent | undefined {
  if (!file || !existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GithubEvent;
  } catch {
    return undefined;
  }
}

// https://docs.gitlab.com/ci/variables/predefined_variables/
function gitlab(env: Env): CiBase | undefined {
  const main = env.CI_DEFAULT_BRANCH;
  if (env.CI_MERGE_REQUEST_DIFF_BASE_SHA) {
    return {
      commit: env.CI_MERGE_REQUEST_DIFF_BASE_SHA,
      words: 'where the merge request left its target',
    };
  }
  if (main && env.CI_COMMIT_BRANCH === main && !isNothing(env.CI_COMMIT_BEFORE_SHA)) {
    return { commit: env.CI_COMMIT_BEFORE_SHA, words: `${main} before this push` };
  }
  return { branch: main, words: `where this work left ${main}` };
}

// https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
function bitbucket(env: Env): CiBase | undefined {
  const branch = env.BITBUCKET_PR_DESTINATION_BRANCH;
  return { branch, words: `where this work left ${branch}` };
}

// https://buildkite.com/docs/pipelines/environment-variables
function buildkite(env: Env): CiBase | undefined {
  const main = env.BUILDKITE_PIPELINE_DEFAULT_BRANCH;
  const branch =
    env.BUILDKITE_PULL_REQUEST_BASE_BRANCH || (env.BUILDKITE_BRANCH === main ? undefined : main);
  return { branch, words: `where this work left ${branch}` };
}
