import type { Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';

/**
 * So many plans of one operation are compared at most: each takes some tenth of a millisecond, and
 * where fields may be had from many subgraphs there are as many as the product of their choices.
 */
export const maxPlans = 1_000;

/** Apollo's planner for a supergraph: the same plans, wherever they are made. */
export const queryPlanner = (supergraph: Supergraph): QueryPlanner =>
  new QueryPlanner(supergraph, {
    incrementalDelivery: { enableDefer: true },
    debug: { maxEvaluatedPlans: maxPlans, pathsLimit: null },
  });
