import {
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  parse,
  type ValueNode,
  visit,
} from 'graphql';
import type { Answer } from './subgraph-request.ts';

/**
 * Reads a subgraph's answer. The status is not looked at: an answer is what the body says, and a
 * body that is no answer of GraphQL is a fault whatever the status.
 * @throws if the body is no such answer
 */
export function readAnswer(text: string): Answer {
  const answer = requireAnswer(JSON.parse(text));
  // Shorter ones cannot be so deep, and are not looked through.
  if (text.length > 2 * maxLevels) requireShallow(answer);
  return answer;
}

const codesOfDocument: readonly unknown[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];

/**
 * Where a subgraph refuses the document we send it, it does not know what the supergraph says of
 * it: one of the two is older. The client's own document is right: to be told that it is not would
 * be wrong. But what is no value of a custom scalar is found in the subgraph alone, and that is the
 * client's mistake.
 * @param body the request that it answers
 * @throws a fault, which the client is told at each field that it misses
 */
export function requireKnownDocument(
  subgraph: string,
  body: string,
  { data, errors }: Answer,
): void {
  if (data || !errors?.length || !errors.every(isOfDocument)) return;
  const isOfClient = valueRefusal(body);
  const ours = errors.find((error) => !isOfClient(error));
  if (!ours) return;
  const message = `the subgraph ${subgraph} does not know what the supergraph says of it: ${ours.message}`;
  // For those who count errors; clients do not get it.
  throw new GraphQLError(message, { extensions: { serviceName: subgraph } });
}

const isOfDocument = ({ extensions }: GraphQLFormattedError): boolean =>
  codesOfDocument.includes(extensions?.code);

/**
 * Whether a subgraph refuses a value, and not what it is given to. The gateway has validated the
 * document: what is left to a subgraph are the values of scalars it alone knows. Values of enums
 * and fields of input objects are in the supergraph, so that a subgraph that refuses one lacks it.
 */
function valueRefusal(body: string): (error: GraphQLFormattedError) => boolean {
  const values = new Map<string, ValueNode>();
  const note = (node: ValueNode): void => {
    const { line, column } = node.loc?.startToken ?? {};
    values.set(`${line}:${column}`, node);
  };
  visit(parse((JSON.parse(body) as { query: string }).query), {
    ...{ IntValue: note, FloatValue: note, StringValue: note, BooleanValue: note },
    ...{ ListValue: note, ObjectValue: note, EnumValue: note },
  });
  return ({ message, extensions, locations: [at] = [] }) => {
    const value = extensions?.code === 'GRAPHQL_VALIDATION_FAILED' && at;
    const found = value && values.get(`${value.line}:${value.column}`);
    return found ? !ofInput[found.kind]?.test(message) : false;
  };
}

/** By these words a value is refused for the enum or the input object that it is to be. */
const ofInput: Partial<Record<ValueNode['kind'], RegExp>> = {
  [Kind.ENUM]: /\benum\b/i,
  [Kind.OBJECT]: /\b(field|key|input object)s?\b/i,
};

/** Checks an event, which is an answer too. @throws if it is none */
export const requireEvent = (event: unknown): void => requireShallow(requireAnswer(event));

function requireAnswer(answer: unknown): Answer {
  if (!isObject(answer)) throw new Error('the answer is not GraphQL: no object');
  const { data, errors } = answer as { data?: unknown; errors?: unknown };
  if (errors !== undefined && errors !== null && !isErrors(errors))
    throw new Error('the answer is not GraphQL: its `errors` are no list of errors');
  const told = (errors ?? []) as GraphQLFormattedError[];
  told.splice(maxErrors);
  for (const error of told) forgetOddParts(error);
  if (data !== undefined && data !== null && !isObject(data))
    throw new Error('the answer is not GraphQL: its `data` is no object');
  if (data === undefined && !(errors as unknown[] | null | undefined)?.length)
    throw new Error('the answer is not GraphQL: it has neither `data` nor `errors`');
  return answer as Answer;
}

/** Deeper ones would end what walks through them, such as `JSON.stringify`. */
const maxLevels = 2_000;

function requireShallow(answer: Answer): void {
  if (isDeeperThan(answer, maxLevels))
    throw new Error(`the answer is nested more than ${maxLevels} levels deep`);
}

// Every long answer and every event passes here: by loops, a list of all values costs seven times.
function isDeeperThan(value: object, levels: number): boolean {
  if (levels === 0) return true;
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner === 'object' && inner !== null && isDeeperThan(inner, levels - 1)) return true;
  }
  return false;
}

/**
 * So many errors are told of one answer. Each of them is masked, logged and sent, which takes some
 * tens of microseconds: a list of a megabyte would block all others for seconds.
 */
export const maxErrors = 1_000;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isErrors = (errors: unknown): errors is GraphQLFormattedError[] =>
  Array.isArray(errors) && errors.every(isObject);

const isPath = (value: unknown) =>
  Array.isArray(value) && value.every((part) => isText(part) || typeof part === 'number');

const isText = (value: unknown) => typeof value === 'string';

/**
 * What is odd of an error is none of it: the data beside it may be good. Servers in PHP write
 * `"extensions":[]` where there are none.
 */
function forgetOddParts(error: GraphQLFormattedError): void {
  const parts = error as { path?: unknown; extensions?: unknown; message?: unknown };
  if (!isPath(parts.path)) delete parts.path;
  if (!isObject(parts.extensions)) delete parts.extensions;
  if (!isText(parts.message)) delete parts.message;
  forgetOddCode(error);
}

/**
 * A code that is no text is none; and one that is called as what every object inherits would be
 * found in any table of codes, Apollo's too.
 */
function forgetOddCode({ extensions }: GraphQLFormattedError): void {
  const code = extensions?.code;
  if (code !== undefined && (typeof code !== 'string' || code in Object.prototype))
    delete extensions?.code;
}
