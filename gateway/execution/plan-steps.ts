import type { PlanNode, ResponsePath } from '@apollo/query-planner';
import { isObject, own } from './entity-merge.ts';
import { fetchStep } from './fetch-step.ts';
import { notPrepared, type PlanNeeds, type Step } from './step.ts';

/** Makes a plan ready to be run. @param path where the node takes place @throws notPrepared */
export function planStep(
  needs: PlanNeeds,
  node: PlanNode | undefined,
  path: ResponsePath = [],
): Step {
  const inner = (child: PlanNode | undefined, at = path) => planStep(needs, child, at);
  switch (node?.kind) {
    case undefined:
      return async () => {};
    case 'Fetch':
      return fetchStep(needs, node, path);
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
  // A subgraph may have sent something else in place of a list, or of an object.
  if (element === '@')
    return Array.isArray(value)
      ? value.flatMap((each) => flatten(each, path, from + 1))
      : undefined;
  return isObject(value) ? flatten(own(value, element), path, from + 1) : undefined;
}
