import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { startWithStack } from '../../runtime/lifecycle.ts';
import { startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';
import { type Asking, rightsOperations } from '../../testing/gateway/rights-operations.ts';
import {
  askedAsKey,
  type Need,
  secretByInterface,
  secrets,
  secretsIn,
  startRightsSubgraphs,
} from '../../testing/gateway/rights-subgraphs.ts';
import { socketClient } from '../../testing/socket-client.ts';
import { type TokenClaims, token } from '../../testing/tokens.ts';

/** Every operation by every transport for every caller with `RIGHTS=all`, else a share of them. */
const isWhole = process.env.RIGHTS === 'all';
const operations = rightsOperations(isWhole ? 1 : 6);
const idOf = (query: string) => createHash('sha256').update(query).digest('hex');

const asked = new Set<string>();
let url: string;
/** Where only registered operations may be sent. */
let registeredUrl: string;
let stop = async () => {};
beforeAll(async () => {
  const system = await startWithStack(async (stack) => {
    const { declared, settings, stop: stopSubgraphs } = await startRightsSubgraphs(asked);
    stack.defer(stopSubgraphs);
    const folder = await mkdtemp(join(tmpdir(), 'rights-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'manifest.json');
    const byId = operations.map(({ query }) => [idOf(query), query]);
    await writeFile(file, JSON.stringify(Object.fromEntries(byId)));
    const limits = {
      RATE_LIMIT_PER_USER: '1000000000',
      RATE_LIMIT_PER_ADDRESS: '1000000000',
      SUBSCRIPTION_CONNECTIONS_PER_ADDRESS: '1000',
      SUBSCRIPTION_CONNECTIONS_PER_USER: '1000',
    };
    const open = stack.use(await startGatewayOf(declared, { ...settings, ...limits }));
    const registered = { PERSISTED_OPERATIONS: 'required', PERSISTED_OPERATIONS_FILE: file };
    const closed = stack.use(
      await startGatewayOf(declared, { ...settings, ...limits, ...registered }),
    );
    return { url: open.url, registeredUrl: closed.url };
  });
  ({ url, registeredUrl, stop } = system);
});
afterAll(() => stop());

type Caller = { claims?: TokenClaims; has: readonly Need[] };
const callers: Record<string, Caller> = {
  nobody: { has: [] },
  'a user': { claims: {}, has: ['user'] },
  'a user with half of what is needed': { claims: { scope: 'number' }, has: ['user'] },
  'a user with both scopes': { claims: { scope: 'read number' }, has: ['user', 'reader'] },
  'an operator without scopes': { claims: { roles: ['operator'] }, has: ['user', 'operator'] },
  'an operator who may write': {
    claims: { roles: ['operator'], scope: 'write admin' },
    has: ['user', 'reader', 'writer', 'operator'],
  },
};
const bearerOf = async ({ claims }: Caller): Promise<Record<string, string>> =>
  claims ? { authorization: `Bearer ${await token(claims)}` } : {};

type Headers = Record<string, string>;
/** Sends an operation with the headers of its caller. @returns all that comes back, as text */
type Transport = (asking: Asking, headers: Headers) => Promise<string>;

const send = async (path: string, init: RequestInit = {}): Promise<string> => {
  const response = await fetch(`${url}${path}`, init);
  return `${JSON.stringify([...response.headers])}\n${await response.text()}`;
};
const post =
  (accept: string, path = '/graphql'): Transport =>
  ({ query }, headers) =>
    send(path, {
      method: 'POST',
      headers: { ...headers, accept, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
const get =
  (accept: string, path = '/graphql'): Transport =>
  ({ query }, headers) =>
    send(`${path}?${new URLSearchParams({ query })}`, {
      headers: { ...headers, accept, 'apollo-require-preflight': 'yes' },
    });

const sockets = new Map<string, Client>();
afterAll(() => Promise.all([...sockets.values()].map((client) => client.dispose())));

async function socketOf(headers: Headers): Promise<Client> {
  const key = headers.authorization ?? '';
  const client = sockets.get(key) ?? (await socketClient(url, {}, { connectionParams: headers }));
  sockets.set(key, client);
  return client;
}

const overSocket: Transport = async ({ query }, headers) => {
  const client = await socketOf(headers);
  const results: unknown[] = [];
  await new Promise<void>((resolve) => {
    client.subscribe(
      { query },
      {
        next: (result) => results.push(result),
        error: (errors) => resolve(void results.push(errors)),
        complete: () => resolve(),
      },
    );
  });
  return JSON.stringify(results);
};

/** Reserves a stream, opens it, and begins the operation over it. */
const overSingleConnection: Transport = async ({ query }, headers) => {
  const stream = `${url}/graphql/stream`;
  const reserved = await fetch(stream, { method: 'PUT', headers });
  const reservation = await reserved.text();
  if (reserved.status !== 201) return reservation;
  const withToken = { ...headers, 'x-graphql-event-stream-token': reservation };
  const leaving = new AbortController();
  const { body } = await fetch(stream, {
    headers: { ...withToken, accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  const begun = await fetch(stream, {
    method: 'POST',
    headers: { ...withToken, 'content-type': 'application/json' },
    body: JSON.stringify({ query, extensions: { operationId: 'one' } }),
  });
  let text = await begun.text();
  if (begun.status !== 202) leaving.abort();
  try {
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('event: complete')) break;
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  }
  leaving.abort();
  return text;
};

const byId: Transport = async ({ query }, headers) => {
  const response = await fetch(`${registeredUrl}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'multipart/mixed, */*' },
    body: JSON.stringify({
      extensions: { persistedQuery: { version: 1, sha256Hash: idOf(query) } },
    }),
  });
  return response.text();
};

const inBatch: Transport = ({ query }, headers) =>
  send('/graphql', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify([{ query }, { query }]),
  });

const transports: Record<string, Transport> = {
  'HTTP, subscriptions by multipart': post(
    'application/json, multipart/mixed;subscriptionSpec=1.0',
  ),
  'HTTP, deferred parts by multipart': post('multipart/mixed;deferSpec=20220824, application/json'),
  'HTTP by GET': get('application/json, text/event-stream'),
  'server-sent events': post('text/event-stream', '/graphql/stream'),
  'server-sent events by GET': get('text/event-stream', '/graphql/stream'),
  'server-sent events over a single connection': overSingleConnection,
  'a WebSocket': overSocket,
  'HTTP by the id of what is registered': byId,
  'HTTP in a batch, which is refused': inBatch,
};

const mayNotSee = ({ has }: Caller, table: Record<string, Need>): string[] =>
  Object.keys(table).filter((coordinate) => !has.includes(table[coordinate] as Need));

describe.each(Object.entries(callers))('%s', (who, caller) => {
  const hidden = new Set(mayNotSee(caller, secrets));
  const notAsked = [...hidden, ...mayNotSee(caller, secretByInterface)].filter(
    (coordinate) => !askedAsKey.includes(coordinate),
  );
  const seen = new Set<string>();

  test.each(Object.entries(transports))('sees no more over %s', async (name, transport) => {
    const headers = await bearerOf(caller);
    const turn = Object.keys(transports).indexOf(name) + Object.keys(callers).indexOf(who);
    const leaks: object[] = [];
    for (const [index, asking] of operations.entries()) {
      if (!isWhole && (index + turn) % Object.keys(transports).length !== 0) continue;
      asked.clear();
      const text = await transport(asking, headers);
      const shown = secretsIn(text);
      for (const coordinate of shown) seen.add(coordinate);
      const answered = [...shown].filter((coordinate) => hidden.has(coordinate));
      const requested = notAsked.filter((coordinate) => asked.has(coordinate));
      if (answered.length + requested.length > 0) leaks.push({ asking, answered, requested });
      if (hidden.size === 0) expect(text).not.toContain('UNAUTHORIZED_FIELD_OR_TYPE');
    }
    expect(leaks).toEqual([]);
  });

  test('has seen all else', () => {
    expect([...seen].sort()).toEqual(
      Object.keys(secrets)
        .filter((coordinate) => !hidden.has(coordinate))
        .sort(),
    );
  });
});
