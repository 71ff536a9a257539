import type { Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';

/** Apollo's planner for a supergraph: the same plans, wherever they are made. */
export const queryPlanner = (supergraph: Supergraph): QueryPlanner =>
  new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } });
