import { createServer } from 'node:http';
import { request } from 'undici';
import type { Stop } from '../../runtime/lifecycle.ts';

/** Names that every JavaScript object inherits something under. */
export const inheritedNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'then',
];

/**
 * Stands before a subgraph and puts such names into every few objects of its answers, with objects
 * under them.
 */
export async function startHostileProxy(url: string): Promise<{ url: string; stop: Stop }> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { statusCode, body } = await request(`${url}${incoming.url}`, {
      method: incoming.method as 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: String(incoming.headers.authorization),
      },
      body: Buffer.concat(chunks),
    });
    const answer = (await body.json()) as { data?: unknown };
    putNamesInto(answer.data, 0);
    response.writeHead(statusCode, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same objects of the same answer get the same names each time. */
function putNamesInto(value: unknown, count: number): number {
  if (typeof value !== 'object' || value === null) return count;
  let next = count + 1;
  for (const inner of Object.values(value)) next = putNamesInto(inner, next);
  if (next % 3 === 0 && !Array.isArray(value)) {
    const name = inheritedNames[next % inheritedNames.length] as string;
    const own = { enumerable: true, configurable: true, writable: true };
    Object.defineProperty(value, name, { ...own, value: { polluted: next, valueOf: null } });
  }
  return next;
}
