import type { GraphQLError } from 'graphql';
import type { Send } from '../subgraphs/subgraph-request.ts';
import type { Data } from './entity-merge.ts';
import type { FailedFetch } from './failed-fetch.ts';
import type { Flags } from './response-shape.ts';

/** One execution of a plan: what is given, and what has come together so far. */
export type Run = {
  variables: Data;
  flags: Flags;
  send: Send;
  /** Everything fetched so far, in one tree. */
  data: Data;
  errors: GraphQLError[];
  /** Fetches that got no answer. Their errors are told with the answer. */
  failed: FailedFetch[];
};

/** A part of a plan, made ready. `at` is where in the fetched data it takes place. */
export type Step = (run: Run, at: unknown) => Promise<void>;

/** Thrown for a plan with something in it that isn't executed here. */
export const notPrepared = Symbol('not prepared');
