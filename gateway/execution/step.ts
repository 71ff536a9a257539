import type { GraphQLError, GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Answer, EntityRequest } from '../subgraphs/subgraph-request.ts';
import type { Data } from './entity-merge.ts';
import type { FailedFetch } from './failed-fetch.ts';
import type { FetchRule, RuleOf } from './fetch-rules.ts';
import type { Flags } from './response-shape.ts';

/** Sends the request of a fetch to a subgraph. */
export type Send = (
  subgraph: string,
  body: string,
  kind: OperationTypeNode,
  more: {
    rule: FetchRule | undefined;
    /** The parts of the body, if it asks for entities. */
    entities?: EntityRequest;
  },
) => Promise<Answer>;

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

/** What plans are made ready by: the whole supergraph, and what is known of fetches. */
export type PlanNeeds = { schema: GraphQLSchema; ruleOf: RuleOf };

/** A part of a plan, made ready. `at` is where in the fetched data it takes place. */
export type Step = (run: Run, at: unknown) => Promise<void>;

/** Thrown for a plan with something in it that isn't executed here. */
export const notPrepared = Symbol('not prepared');
