import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { noteHeader, WholeResponse } from '../../runtime/whole-response.ts';
import type { Budget } from '../admission/rate-limit.ts';
import type { Refusal } from '../admission/refusal.ts';
import { acceptedRanges } from './accept.ts';
import { endWith } from './compression.ts';

const json = 'application/json; charset=utf-8';
const responseJson = 'application/graphql-response+json; charset=utf-8';

/** The content type that a client accepts for a result. @throws NOT_ACCEPTABLE */
export function resultType({ headers: { accept } }: IncomingMessage): string {
  const known = usualTypes.get(accept);
  if (known) return known;
  const found = negotiate(accept as string);
  if (!found)
    throw clientError(
      'NOT_ACCEPTABLE',
      'A result is `application/graphql-response+json` or `application/json`: accept one of them.',
    );
  return found;
}

/** The `Accept` headers of most clients, so that most requests need no parsing of theirs. */
const usualTypes = new Map<string | undefined, string>([
  [undefined, json],
  ['*/*', json],
  ['application/json', json],
  ['application/json, */*', json],
  ['application/graphql-response+json', responseJson],
  ['application/graphql-response+json,application/json;q=0.9', responseJson],
  ['application/graphql-response+json, application/json', responseJson],
]);

/** Each type with the ranges that hold of it, the most exact first. */
const media: [string, readonly string[]][] = [
  [json, ['application/json', 'application/*', '*/*']],
  [responseJson, ['application/graphql-response+json', 'application/*', '*/*']],
];

/**
 * The best of what is accepted: by weight, then in the order given. Of several ranges the most exact
 * one says how much a type is wanted (RFC 9110, 12.5.1).
 */
function negotiate(accept: string): string | undefined {
  const ranges = acceptedRanges(accept).filter(({ parameters }) => acceptsUtf8(parameters));
  const types = media.flatMap(([type, names]) => {
    const exact = names.find((one) => ranges.some(({ name }) => name === one));
    const at = ranges.findIndex(({ name }) => name === exact);
    const { weight = 0 } = ranges[at] ?? {};
    return weight > 0 ? [{ type, weight, at }] : [];
  });
  types.sort((a, b) => b.weight - a.weight || a.at - b.at);
  return types[0]?.type;
}

const acceptsUtf8 = (parameters: string[]): boolean => {
  const charset = parameters.find((part) => part.startsWith('charset='));
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset);
};

/**
 * Sends a result.
 * @param cacheForSeconds how long caches between may answer anybody with it; 0 for not at all
 * @param compressFrom how long it must be to be compressed; undefined for never
 */
export function sendResult(
  response: ServerResponse,
  type: string,
  result: ExecutionResult,
  {
    cacheForSeconds = 0,
    compressFrom,
  }: { cacheForSeconds?: number; compressFrom?: number | undefined } = {},
): void {
  const text = `${JSON.stringify(result)}\n`;
  if (compressFrom === undefined && cacheForSeconds < 1 && response instanceof WholeResponse)
    return void response.endWhole(['cache-control', 'no-store', 'content-type', type], text);
  const cached = cacheForSeconds >= 1 && !result.errors && !response.hasHeader('set-cookie');
  // Not by `writeHead`, after which the length is unknown and the answer sent in chunks.
  response.setHeader(
    'cache-control',
    cached ? `public, max-age=${Math.floor(cacheForSeconds)}` : 'no-store',
  );
  if (cached) response.appendHeader('vary', 'authorization, accept');
  response.setHeader('content-type', type);
  endWith(response, text, compressFrom);
}

/** Says in the headers of a response what is left to its client. */
export const tellBudget =
  (response: ServerResponse) =>
  ({ headers }: Budget): void => {
    for (const name in headers) noteHeader(response, name, headers[name] as string);
  };

/** Sends what was refused, as a result of errors alone. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, result }: Refusal,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // What is left of a body that is too large is not read.
  if (status === 413) response.setHeader('connection', 'close');
  const type = typeOfRefusal(request);
  response.statusCode =
    type === json && isAskedForJson(request) && isOfGraphql(result) ? 200 : status;
  sendResult(response, type, result);
}

/**
 * A client that asks for `application/json` by name may be older than statuses of GraphQL: it gets
 * 200 for a document or variables that are wrong (GraphQL over HTTP, 6.4.1), and takes any other
 * status for one of a proxy.
 */
const isAskedForJson = ({ headers: { accept = '' } }: IncomingMessage): boolean =>
  /application\/json/i.test(accept);

const graphqlCodes: unknown[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
];

const isOfGraphql = ({ errors }: Refusal['result']): boolean =>
  graphqlCodes.includes(errors[0]?.extensions.code);

const typeOfRefusal = (request: IncomingMessage): string => {
  try {
    return resultType(request);
  } catch {
    return json;
  }
};
