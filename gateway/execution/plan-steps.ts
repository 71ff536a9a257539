import type { PlanNode, ResponsePath } from '@apollo/query-planner';
import type {
  GraphQLError,
  GraphQLFormattedError,
  GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { type Data, isObject, own } from './entity-merge.ts';
import { fetchStep } from './fetch-step.ts';
import type { Flags } from './response-shape.ts';

/** What a subgraph answers. */
export type Answer = { data?: Data | null; errors?: readonly GraphQLFormattedError[] };

/** The body of a request for entities, in parts: what represents the entities, as JSON, and what is around it. */
export type EntityRequest = { before: string; representations: readonly string[]; after: string };

export const bodyOf = ({ before, representations, after }: EntityRequest): string =>
  before + representations.join() + after;

/** Sends a request's body to a subgraph. @param entities its parts, if it asks for entities */
export type Send = (
  subgraph: string,
  body: string,
  kind: OperationTypeNode,
  entities?: EntityRequest,
) => Promise<Answer>;

/** One execution of a plan: what is given, and what has come together so far. */
export type Run = {
  variables: Data;
  flags: Flags;
  send: Send;
  /** Everything fetched so far, in one tree. */
  data: Data;
  errors: GraphQLError[];
};

/** A part of a plan, made ready. `at` is where in the fetched data it takes place. */
export type Step = (run: Run, at: unknown) => Promise<void>;

/** Thrown for a plan with something in it that isn't executed here. */
export const notPrepared = Symbol('not prepared');

/** Makes a plan ready to be run. @param path where the node takes place @throws notPrepared */
export function planStep(
  schema: GraphQLSchema,
  node: PlanNode | undefined,
  path: ResponsePath = [],
): Step {
  const inner = (child: PlanNode | undefined, at = path) => planStep(schema, child, at);
  switch (node?.kind) {
    case undefined:
      return async () => {};
    case 'Fetch':
      return fetchStep(schema, node, path);
    case 'Sequence': {
      const steps = node.nodes.map((child) => inner(child));
      return async (run, at) => {
        for (const step of steps) await step(run, at);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((child) => inner(child));
      return async (run, at) => void (await Promise.all(steps.map((step) => step(run, at))));
    }
    case 'Flatten': {
      const step = inner(node.node, [...path, ...node.path]);
      return async (run, at) => {
        const there = flatten(at, node.path);
        if (there !== undefined && there !== null) await step(run, there);
      };
    }
    case 'Condition': {
      const [then, otherwise] = [inner(node.ifClause), inner(node.elseClause)];
      return (run, at) => (run.flags[node.condition] ? then(run, at) : otherwise(run, at));
    }
    default:
      throw notPrepared;
  }
}

/** What lies at a path; all of it in one list, where the path leads through lists. */
function flatten(value: unknown, path: ResponsePath, from = 0): unknown {
  if (from === path.length || value === undefined || value === null) return value;
  const element = path[from] as string;
  if (element === '@') return (value as unknown[]).flatMap((each) => flatten(each, path, from + 1));
  return isObject(value) ? flatten(own(value, element), path, from + 1) : undefined;
}
