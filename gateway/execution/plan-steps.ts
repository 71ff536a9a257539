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
        const there: unknown[] = [];
        collect(at, node.path, 0, there);
        if (there.length > 0) await step(run, there);
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

/** Collects what lies at a path through lists, but for what is missing. */
function collect(value: unknown, path: ResponsePath, from: number, found: unknown[]): void {
  const element = path[from];
  // A subgraph may have sent something else in place of a list, or of an object.
  if (element === undefined) take(value, found);
  else if (element !== '@') {
    if (isObject(value)) collect(own(value, element as string), path, from + 1, found);
  } else if (Array.isArray(value)) for (const one of value) collect(one, path, from + 1, found);
}

function take(value: unknown, found: unknown[]): void {
  // One by one: a call takes no list of hundreds of thousands.
  if (Array.isArray(value)) {
    for (const one of value) if (isThere(one)) found.push(one);
  } else if (isThere(value)) found.push(value);
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
