import type { ExecutionResult } from 'graphql';
import type { Subgraph, SubgraphRequest } from '../subgraphs/data-source.ts';
import type { Answer, EntityRequest } from '../subgraphs/subgraph-request.ts';
import type { FetchRule } from './fetch-rules.ts';

/** A subgraph, as far as it is asked. */
export type Asked = Pick<Subgraph, 'name' | 'ask'>;

export type ReadDetails = {
  /** The parts of the request's body, if it asks for entities. */
  entities?: EntityRequest | undefined;
  rule?: FetchRule | undefined;
  /** Whether nothing may be answered that was kept. */
  fresh?: boolean;
  /** Is told of each thing that was kept for how long it may be answered still. */
  onKept?: ((leftMs: number) => void) | undefined;
};

/** How queries and mutations are asked of subgraphs. */
export type Reads = {
  /** Each gets an answer of its own, which it may change. */
  ask(subgraph: Asked, request: SubgraphRequest, details?: ReadDetails): Promise<Answer>;
  /**
   * Something has changed, as an event says: whoever knows of it and asks now must get what is true
   * after it, and joins no query that was asked before.
   */
  changed(event: Pick<ExecutionResult, 'data'>, rule: FetchRule | undefined): void;
  /**
   * A new supergraph is served: what was asked of a subgraph before may be of another server, or of
   * another schema.
   */
  renewed(): void;
};
