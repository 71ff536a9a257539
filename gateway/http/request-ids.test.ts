import { expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { startTestSystem } from '../../testing/gateway/small-system.ts';

type Line = { msg: string; requestId?: string };

/** A system whose gateway logs into a list. */
async function startLogged() {
  const lines: Line[] = [];
  const log = createLog('gateway', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  return { system: await startTestSystem({}, log), lines };
}

async function ask(url: string, query: string, requestId: string) {
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId };
  const init = { method: 'POST', headers, body: JSON.stringify({ query }) };
  const response = await fetch(`${url}/graphql`, init);
  return { response, answer: await response.json() };
}

const linesOf = (lines: Line[], message: string) =>
  lines.filter(({ msg }) => msg === message).map(({ requestId }) => requestId);

test('requests that are under way at once keep their own ids: in the response, the masked error and the log', async () => {
  const { system, lines } = await startLogged();
  try {
    const ids = ['first', 'second', 'third'];
    const queryOf = (id: string) => `{ ${id}: homestay(id: "crash") { title } }`;
    const answers = await Promise.all(ids.map((id) => ask(system.url, queryOf(id), id)));
    expect(answers.map(({ response }) => response.headers.get('x-request-id'))).toEqual(ids);
    expect(answers.map(({ answer }) => answer.errors[0].extensions.requestId)).toEqual(ids);
    expect(linesOf(lines, 'a request failed').sort()).toEqual(ids);
    expect(linesOf(lines, 'request').sort()).toEqual(ids);
  } finally {
    await system.stop();
  }
});

test('a subgraph is told the id of the request that it is asked for', async () => {
  const told: unknown[] = [];
  const subgraph = await startRawSubgraph((_request, _response, { headers }) => {
    told.push(headers['x-request-id']);
    return '{"data":{"__typename":"Query","thing":"here"}}';
  });
  const sdl = 'type Query { thing: String }';
  const gateway = await startGatewayOf([{ name: 'things', url: subgraph.url, sdl }]);
  try {
    await ask(gateway.url, '{ thing }', 'mine');
    const { response } = await ask(gateway.url, '{ other: thing }', '');
    expect(told).toEqual(['mine', response.headers.get('x-request-id')]);
  } finally {
    await gateway.stop();
    await subgraph.stop();
  }
});

test('what a subgraph does not answer is logged with the id of the request that asked', async () => {
  const { system, lines } = await startLogged();
  try {
    await system.travel.stop();
    const { answer } = await ask(system.url, '{ homestay(id: "1") { title } }', 'in-vain');
    expect(answer.errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(linesOf(lines, 'a subgraph did not answer')).toEqual(['in-vain']);
  } finally {
    await system.stop();
  }
});
