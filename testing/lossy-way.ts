import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import type { Stop } from '../runtime/lifecycle.ts';
import { readBody } from '../runtime/request-body.ts';
import { serve } from './serve.ts';

/** An HTTP way to one of several processes, on which requests and answers get lost. */
export type LossyWay = {
  url: string;
  /** The next request does not arrive, or is carried out and its answer does not arrive. */
  loseNext(what: 'request' | 'answer'): void;
  /** Nothing more gets lost. */
  loseNothing(): void;
  /** How many were lost. */
  lost(): number;
  stop: Stop;
};

/** @param to the address for the next request, as a load balancer decides */
export async function startLossyWay(to: () => string): Promise<LossyWay> {
  const losses: ('request' | 'answer')[] = [];
  let lost = 0;
  const agent = new Agent();
  const pass = async (asked: IncomingMessage, response: ServerResponse) => {
    const { connection: _, 'content-length': _length, expect: _expect, ...headers } = asked.headers;
    const body = await readBody(asked, 1_000_000);
    const loss = losses.shift();
    if (loss) lost += 1;
    if (loss === 'request') return void response.destroy();
    const method = asked.method as 'GET' | 'POST';
    const answer = await request(`${to()}${asked.url}`, {
      ...{ method, headers, dispatcher: agent },
      body: method === 'GET' ? null : body,
    });
    const content = Buffer.from(await answer.body.arrayBuffer());
    if (loss === 'answer') return void response.destroy();
    const { connection: _theirs, 'transfer-encoding': _chunks, ...answered } = answer.headers;
    response.writeHead(answer.statusCode, answered).end(content);
  };
  const server = await serve((asked, response) => {
    // If one side cannot be reached or breaks off, the other side sees that too.
    pass(asked, response).catch(() => response.destroy());
  });
  return {
    url: server.url,
    loseNext: (what) => void losses.push(what),
    loseNothing() {
      losses.length = 0;
    },
    lost: () => lost,
    async stop() {
      await server.stop();
      await agent.destroy();
    },
  };
}
