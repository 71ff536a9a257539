import { ERRORS, type Operation } from '@apollo/federation-internals';
import { computeResponse } from '@apollo/gateway/dist/resultShaping.js';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { maxErrors } from '../subgraphs/answer.ts';
import type { Data } from './entity-merge.ts';
import { pathTree } from './path-tree.ts';

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
  // As many as are told, beside as many as may have been said already.
  const most = errors.length + maxErrors;
  try {
    const completed = withFewErrors(most, () =>
      computeResponse({ operation, variables, input: data, introspectionHandling: () => null }),
    );
    const unsaid = unaccounted(completed.errors.slice(0, most), errors).slice(0, maxErrors);
    return { data: completed.data ?? null, errors: [...errors, ...unsaid] };
  } catch (error) {
    return { data: null, errors: [...errors, oddValue(error as Error)] };
  }
}

/**
 * Apollo makes an error for each bad value, which takes 40 µs: a list of them would keep all others
 * waiting for seconds. After so many, the last one stands for the rest. A stack for each takes longer
 * still, and all would be of the same place.
 */
function withFewErrors<Made>(most: number, make: () => Made): Made {
  const { stackTraceLimit } = Error;
  const { INVALID_GRAPHQL } = ERRORS;
  const { err } = INVALID_GRAPHQL;
  let made = 0;
  let last: GraphQLError;
  Error.stackTraceLimit = 0;
  INVALID_GRAPHQL.err = (...given) => {
    if (made < most) last = err(...given);
    made += 1;
    return last;
  };
  try {
    return make();
  } finally {
    INVALID_GRAPHQL.err = err;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * Apollo's code fails on values of another kind than their types, such as a text in place of an
 * object. That is said of the value, and not in the words of the language, in which its code may
 * fail too.
 */
export function oddValue(error: Error): GraphQLError {
  const what = isOfTheLanguage(error) ? '' : `: ${error.message}`;
  return new GraphQLError(`a value is of another kind than its type${what}`);
}

const isOfTheLanguage = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError;

/** What Apollo's executor answers, or throws, with what failed on an odd value as that. */
export async function withOddValues<Result extends ExecutionResult>(
  answered: Promise<Result>,
): Promise<Result | ExecutionResult> {
  const result = await answered.catch((error) => ({ data: null, errors: [error] }));
  return result.errors ? { ...result, errors: result.errors.map(toldAsOdd) } : result;
}

const toldAsOdd = (error: GraphQLError): GraphQLError =>
  isOfTheLanguage(causeOf(error)) ? oddValue(causeOf(error)) : error;

/** Apollo's executor collects errors as they were thrown, of GraphQL or not. */
const causeOf = (error: GraphQLError): Error => error.originalError ?? error;

/**
 * Errors of completion that no error of a subgraph accounts for: none at the same place, above it
 * or below it. An error without a path may be of anything.
 */
export function unaccounted(
  found: readonly GraphQLError[],
  said: readonly GraphQLError[],
): GraphQLError[] {
  const places = pathTree<GraphQLError>();
  for (const error of said) places.add(error.path ?? [], error);
  return found.filter(({ path }) => !places.touches(path ?? []));
}
