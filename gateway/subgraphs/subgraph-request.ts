import type { GraphQLFormattedError } from 'graphql';

/** What a subgraph answers. */
export type Answer = {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
};

/**
 * The body of a request for entities, in parts: what represents the entities, as JSON, and what is
 * around it.
 */
export type EntityRequest = { before: string; representations: readonly string[]; after: string };

export const bodyOf = ({ before, representations, after }: EntityRequest): string =>
  before + representations.join() + after;
