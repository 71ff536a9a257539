import type { Operation } from '@apollo/federation-internals';
import { computeResponse } from '@apollo/gateway/dist/resultShaping.js';
import { GraphQLError } from 'graphql';
import type { Data } from './entity-merge.ts';

/** Data completed as the schema wants it, and what is wrong with it. */
export type Completed = { data: Data | null; errors: readonly GraphQLError[] };

/**
 * Completes data that breaks the schema by Apollo's own post-processing, which knows how a null
 * spreads. Apollo tells what it found beside the errors, in `extensions.valueCompletion`; here it
 * is an error, as the specification wants (6.4.4).
 * @param errors what subgraphs have said already; what they account for is not said again
 */
export function completeData(
  operation: Operation,
  { data, variables, errors }: { data: Data; variables: Data; errors: readonly GraphQLError[] },
): Completed {
  try {
    const completed = computeResponse({
      operation,
      variables,
      input: data,
      introspectionHandling: () => null,
    });
    const unsaid = unaccounted(completed.errors, errors);
    return { data: completed.data ?? null, errors: [...errors, ...unsaid] };
  } catch (error) {
    // Such as a text in place of an object. Apollo's own words may fail on an odd value too.
    const what = error instanceof TypeError ? '' : `: ${(error as Error).message}`;
    const fault = new GraphQLError(`a value is of another kind than its type${what}`);
    return { data: null, errors: [...errors, fault] };
  }
}

/**
 * Errors of completion that no error of a subgraph accounts for: none at the same place, above it
 * or below it.
 */
export const unaccounted = (
  found: readonly GraphQLError[],
  said: readonly GraphQLError[],
): GraphQLError[] =>
  found.filter(({ path }) => !said.some((error) => isAlong(path ?? [], error.path)));

type Path = readonly (string | number)[];

/** Whether one of two paths leads to the other; an error without a path may be of anything. */
const isAlong = (one: Path, other: Path | undefined): boolean =>
  other === undefined || one.slice(0, other.length).every((part, i) => part === other[i]);
