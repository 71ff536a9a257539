import { operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import { type PlanNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { type RegisteredOperation, titleOf } from '../operations.ts';
import type { Finding } from './report.ts';
import { rules } from './rules.ts';
import { errorsOf } from './valid.ts';

/** What it takes to answer an operation. */
export type PlanShape = {
  /** Requests to subgraphs, were every branch taken. */
  fetches: number;
  /** How many of them wait for one another: the length of the longest chain. */
  steps: number;
  /** The plan in one line: `travel`, `order > (payment + travel)`. */
  text: string;
};

type Node = PlanNode | QueryPlan['node'];

/** Reads what a plan costs: `>` is one after the other, `+` side by side. */
export function shapeOf(node: Node): PlanShape {
  switch (node?.kind) {
    case 'Fetch':
      return { fetches: 1, steps: 1, text: node.serviceName };
    case 'Flatten':
      return shapeOf(node.node);
    case 'Sequence':
      return joined(node.nodes.map(shapeOf), ' > ', (steps) =>
        steps.reduce((sum, one) => sum + one, 0),
      );
    case 'Parallel':
      return joined(node.nodes.map(shapeOf), ' + ', (steps) => Math.max(...steps));
    case 'Condition':
      return joined(
        [node.ifClause, node.elseClause].filter(Boolean).map(shapeOf),
        ' or ',
        (steps) => Math.max(...steps),
      );
    case 'Subscription':
      return joined([node.primary, node.rest].filter(Boolean).map(shapeOf), ' > ', (steps) =>
        steps.reduce((a, b) => a + b),
      );
    default:
      return { fetches: 0, steps: 0, text: 'nothing' };
  }
}

function joined(parts: PlanShape[], by: string, steps: (all: number[]) => number): PlanShape {
  const texts = parts.map(({ text }) => (text.includes(' ') ? `(${text})` : text));
  return {
    fetches: parts.reduce((sum, { fetches }) => sum + fetches, 0),
    steps: steps(parts.map((part) => part.steps)),
    text: texts.join(by),
  };
}

/**
 * Plans operations against a supergraph, by their names; those that are not valid there are left
 * out.
 */
export function plansOf(
  operations: readonly RegisteredOperation[],
  supergraph: Supergraph,
  api: GraphQLSchema,
): Map<string, PlanShape> {
  const planner = new QueryPlanner(supergraph);
  const schema = supergraph.apiSchema();
  const valid = operations.filter((operation) => errorsOf(operation, api).length === 0);
  return new Map(
    valid.map(({ name, client, document }) => [
      titleOf({ name, client }),
      shapeOf(
        planner.buildQueryPlan(operationFromDocument(schema, document, { operationName: name }))
          .node,
      ),
    ]),
  );
}

/** Finds operations that need more fetches, or more of them one after the other, than before. */
export const costlierPlans = (
  operations: readonly RegisteredOperation[],
  before: ReadonlyMap<string, PlanShape>,
  after: ReadonlyMap<string, PlanShape>,
): Finding[] =>
  operations.flatMap((operation) => {
    const [name, { file }] = [titleOf(operation), operation];
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now || (now.fetches <= old.fetches && now.steps <= old.steps)) return [];
    return {
      check: 'plan',
      severity: 'warning',
      rule: 'costlier-plan',
      message: `${name} needs ${count(now)}, and needed ${count(old)} before.\nbefore: ${old.text}\nafter:  ${now.text}`,
      at: name,
      advice: rules['costlier-plan']?.mend ?? '',
      places: [{ file, line: 1, column: 1 }],
    };
  });

const count = ({ fetches, steps }: PlanShape): string =>
  `${fetches} ${fetches === 1 ? 'fetch' : 'fetches'} in ${steps} ${steps === 1 ? 'step' : 'steps'}`;
