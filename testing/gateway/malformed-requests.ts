import { randomFrom } from '../random.ts';

/** Something sent to a door of the gateway: an HTTP request, bytes of one, or messages of a socket. */
export type Malformed =
  | {
      door: 'http';
      method: string;
      path: string;
      headers: Record<string, string>;
      body: string | null;
    }
  | { door: 'bytes'; text: string }
  | { door: 'socket'; protocol: string; messages: string[] };

type Draw = { pick<T>(from: readonly T[]): T; below(max: number): number };

/** Draws the same from the same seed. */
function drawFrom(seed: number): Draw {
  const next = randomFrom(seed);
  const below = (max: number) => Math.floor(next() * max);
  return { below, pick: (from) => from[below(from.length)] as never };
}

const queries = [
  ...['{ homestay(id: "1") { title } }', '{ homestays { nodes { id } } }', '{ __typename }', ''],
  ...['{', '{ nothing }', 'query A { __typename } query B { __typename }', '{ homestay { id } }'],
  ...['{ homestay(id: "crash") { title } }', '{ ...F } fragment F on Query { ...F }', '# nothing'],
  ...[
    'mutation { cancelHomestayOrder(input: { orderSn: "1" }) { __typename } }',
    '{ a: __schema { types { name } } }',
  ],
  ...['subscription { myHomestayOrdersChanged { sn } }', '{ __proto__: __typename constructor }'],
  ...[
    'query ($id: ID! = 7, $x: [Int!]) { homestay(id: $id) { title } }',
    '{ searchHomestayOrders { nodes { sn } } }',
  ],
  ...[
    'subscription ($s: Boolean!) { myHomestayOrdersChanged @skip(if: $s) { sn } }',
    `{ ${'a{'.repeat(90)}`,
  ],
  ...[
    'query ($id: LocalDate!) { homestay(id: 1) { availability(from: $id, to: $id) { night } } }',
    '{ homestay(id: 1) { availability(from: { toString: 1 }, to: 1) { night } } }',
  ],
];
/** Cannot be made a text: `String` throws. */
const noText = { toString: 1, valueOf: 1 };
const values: readonly unknown[] = [
  ...[null, true, 0, -1, 1e300, 'x', '', [], [[]], {}, { id: '1' }, { id: null }, { id: [] }],
  ...[
    '\ud800',
    '\u0000',
    'A',
    'B',
    '__proto__',
    { __proto__: null, constructor: {} },
    [{}],
    'then',
  ],
  ...[noText, { id: noText }, { x: [noText] }, { authorization: noText }],
  { headers: { authorization: [noText] }, 'apollographql-client-name': noText },
];
const members = [
  'query',
  'operationName',
  'variables',
  'extensions',
  'id',
  'documentId',
  '__proto__',
];
const headerNames = [
  ...['content-type', 'accept', 'authorization', 'x-request-id', 'content-encoding'],
  ...['apollo-require-preflight', 'x-graphql-event-stream-token', 'x-forwarded-for', 'traceparent'],
];
const headerValues = [
  ...['application/json', 'APPLICATION/JSON;charset=UTF-8', 'application/json; charset=utf-16'],
  ...['text/plain', 'multipart/form-data', 'text/event-stream', 'multipart/mixed', '*/*', ';', ','],
  ...[
    'multipart/mixed;subscriptionSpec=1.0',
    'application/graphql-response+json;q=x',
    'q=',
    'gzip',
  ],
  ...[
    'Bearer',
    'Bearer x',
    'Bearer a.b.c',
    'Basic YTpi',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    '\u00ff',
  ],
  ...['x'.repeat(5_000), '1', '-', '00-0-0-0', '__proto__', '::1, 10.0.0.7'],
];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'];
const paths = [
  ...[
    '/graphql',
    '/graphql/stream',
    '/graphql',
    '/graphql/stream',
    '/graphql/',
    '/graphql%2f',
    '//',
  ],
  ...[
    '/graphql?query={__typename}',
    '/graphql?query=%',
    '/graphql?variables={',
    '/__proto__',
    '/*',
  ],
  ...[
    '/graphql?query={__typename}&operationName=x',
    '/graphql?extensions=[]&query=1',
    '/constructor',
  ],
  ...['/graphql/stream?operationId=__proto__', '/graphql/stream?token=x', '/sign-in/development'],
];
const types = [
  'connection_init',
  'subscribe',
  'complete',
  'ping',
  'pong',
  'next',
  'error',
  '',
  '__proto__',
];

function request({ pick, below }: Draw): Record<string, unknown> {
  const asked: Record<string, unknown> = below(9) === 0 ? {} : { query: pick(queries) };
  for (let n = below(4); n > 0; n -= 1)
    Object.defineProperty(asked, pick(members), {
      value: pick(below(3) === 0 ? queries : values),
      enumerable: true,
      configurable: true,
    });
  return asked;
}

/** Cuts, doubles or changes some characters of a text. */
function damaged(text: string, { pick, below }: Draw): string {
  const at = below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const sign = pick([
    '{',
    '"',
    '\\',
    '\u0000',
    '\ufeff',
    ',',
    '[',
    '\u2028',
    '\ud83d',
    '9e999',
    '',
  ]);
  return pick([text, before, after, `${before}${sign}${after}`, `${before}${sign}`, text + text]);
}

function httpRequest(draw: Draw): Malformed {
  const { pick, below } = draw;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (let n = below(4); n > 0; n -= 1) headers[pick(headerNames)] = pick(headerValues);
  const method = pick(methods);
  const body =
    method === 'GET' || method === 'HEAD' ? null : damaged(JSON.stringify(request(draw)), draw);
  return { door: 'http', method, path: pick(paths), headers, body };
}

function socket(draw: Draw): Malformed {
  const { pick, below } = draw;
  const messages = Array.from({ length: 1 + below(5) }, () =>
    damaged(
      JSON.stringify({
        type: pick(types),
        id: pick(['1', '1', 7, '', null]),
        payload: pick([request(draw), request(draw), pick(values), undefined]),
      }),
      draw,
    ),
  );
  const opening = below(2) === 0 ? ['{"type":"connection_init"}'] : [];
  const protocol = below(9) === 0 ? 'graphql-ws' : 'graphql-transport-ws';
  return { door: 'socket', protocol, messages: [...opening, ...messages] };
}

function bytes(draw: Draw): Malformed {
  const body = JSON.stringify(request(draw));
  const { pick } = draw;
  const length = pick([
    `content-length: ${Buffer.byteLength(body)}`,
    'content-length: -1',
    'transfer-encoding: chunked',
  ]);
  const head = `${pick(methods)} ${pick(paths)} HTTP/${pick(['1.1', '1.0', '9'])}\r\nhost: x\r\n${pick(headerNames)}: ${pick(headerValues)}\r\n${length}\r\n`;
  return { door: 'bytes', text: damaged(`${head}connection: close\r\n\r\n${body}`, draw) };
}

/** Requests that no well-made client sends, most of them; the same from the same seed. */
export function* malformedRequests(seed: number, count: number): Generator<Malformed> {
  const draw = drawFrom(seed);
  const kinds = [httpRequest, httpRequest, httpRequest, httpRequest, socket, bytes];
  for (let n = 0; n < count; n += 1) yield draw.pick(kinds)(draw);
}
