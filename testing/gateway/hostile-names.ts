import { request } from 'undici';
import { type Served, serve } from '../serve.ts';

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
export const startHostileProxy = (url: string): Promise<Served> =>
  serve(async (incoming, response) => {
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
