import type { IncomingMessage } from 'node:http';
import { clientError } from '../../runtime/errors.ts';
import { BodyCutOff, BodyTooLarge, readBody } from '../../runtime/request-body.ts';
import { searchOf } from '../../runtime/request-target.ts';
import type { GraphqlRequest } from '../admission/graphql-request.ts';
import { excessOf } from '../admission/json-size.ts';

/** What a request may hold, by the settings of these names. */
export type RequestLimits = { MAX_BODY_BYTES: number; QUERY_MAX_VALUES: number };

/** When a body is parsed that has come. */
export type InTurn = <T>(parse: () => T) => T | Promise<T>;

/**
 * Reads a GraphQL request over HTTP: JSON in the body of a POST, or the query of a GET.
 * @throws REQUEST_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST
 */
export async function readGraphqlRequest(
  request: IncomingMessage,
  limits: RequestLimits,
  inTurn?: InTurn,
): Promise<GraphqlRequest> {
  if (request.method !== 'POST') return fromSearch(searchOf(request), limits);
  // Nothing would come any more, and nothing would tell so.
  if (request.destroyed) throw clientError('BAD_REQUEST', 'The request was cut off.');
  let body: Buffer;
  try {
    body = await readBody(request, limits.MAX_BODY_BYTES);
  } catch (error) {
    if (error instanceof BodyTooLarge)
      throw clientError('REQUEST_TOO_LARGE', `The request is too large: ${error.message}.`);
    if (error instanceof BodyCutOff) throw clientError('BAD_REQUEST', 'The request was cut off.');
    throw error;
  }
  requireJson(request);
  const parse = () => parseJson(body, 'The request body', limits);
  const json = inTurn ? await inTurn(parse) : parse();
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw clientError('BAD_REQUEST', 'The request body must be a JSON object.');
  return json;
}

function fromSearch(search: string, limits: RequestLimits): GraphqlRequest {
  const given = new URLSearchParams(search);
  const json = (name: string) => {
    const text = given.get(name);
    return text === null ? undefined : parseJson(Buffer.from(text), `\`${name}\``, limits);
  };
  return {
    query: given.get('query') ?? undefined,
    documentId: given.get('documentId') ?? undefined,
    operationName: given.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

function parseJson(json: Buffer, what: string, limits: RequestLimits): unknown {
  const excess = excessOf(json, limits.QUERY_MAX_VALUES);
  if (excess) throw clientError('BAD_REQUEST', `${what} ${excess}.`);
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    throw clientError('BAD_REQUEST', `${what} is not valid JSON.`);
  }
}

/** Types and parameters are compared without regard to case (RFC 9110, 8.3.1). */
const jsonType = /^\s*application\/(?:[\w.-]+\+)?json\s*(;|$)/i;
const charsetOfType = /;\s*charset\s*=\s*"?([^\s";]*)/i;

/** JSON in UTF-8, as it is; other parameters of the type mean nothing here. */
function requireJson({ headers }: IncomingMessage): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^(identity)?$/i.test(encoding))
    throw clientError('UNSUPPORTED_MEDIA_TYPE', 'The body must be sent without being compressed.', {
      'accept-encoding': 'identity',
    });
  if (type === 'application/json') return;
  const [, charset = 'utf-8'] = charsetOfType.exec(type) ?? [];
  if (jsonType.test(type) && /^utf-?8$/i.test(charset)) return;
  throw clientError(
    'UNSUPPORTED_MEDIA_TYPE',
    'The body must be sent as `application/json`, in UTF-8.',
  );
}

/**
 * A page of another origin can make a browser send a GET without asking us first, but not with
 * headers of its own.
 * @throws BAD_REQUEST
 */
export function requirePreflight({ method, headers }: IncomingMessage): void {
  if (method !== 'GET' || headers['apollo-require-preflight'] || headers['x-apollo-operation-name'])
    return;
  if (headers['content-type'] && !simpleTypes.test(headers['content-type'])) return;
  throw clientError(
    'BAD_REQUEST',
    'A GET request needs a header that browsers do not send to other origins unasked: `apollo-require-preflight: true`.',
  );
}

/**
 * The content types that browsers send to other origins unasked (the Fetch standard,
 * "CORS-safelisted").
 */
const simpleTypes =
  /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(;|$)/i;
