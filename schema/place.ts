import type { Location } from 'graphql';

/** Where something is said in a file; line and column count from 1. */
export type Place = {
  file: string;
  line: number;
  column: number;
  /**
   * What the place shows, where that is not the element itself: of something removed, what it was
   * part of.
   */
  of?: string;
};

/**
 * Where a node begins. The lexer has counted already; counting anew reads the whole source for each
 * node.
 */
export const placeAt = ({ source, startToken: { line, column } }: Location): Place => ({
  file: source.name,
  line,
  column,
});
