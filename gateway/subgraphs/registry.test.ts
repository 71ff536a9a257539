import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  compose,
  type Declared,
  startGatewayOf,
  startRawSubgraph,
} from '../../testing/gateway/raw-subgraph.ts';
import { serve } from '../../testing/serve.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const started = async <T extends { stop: () => Promise<unknown> }>(starting: Promise<T>) => {
  const it = await starting;
  stops.push(it.stop);
  return it;
};

const things = (text: string, path?: string) =>
  started(startRawSubgraph(() => `{"data":{"thing":"${text}","__typename":"Query"}}`, path));

/** A subgraph that keeps its connections open, and knows those it has. */
async function startKeeping(body: string) {
  const connections = new Set<unknown>();
  const server = createServer((_request, response) => response.end(body));
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  // Else either side would close them by itself.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}/graphql`, connections, stop };
}

const declared = (url: string, name = 'things', field = 'thing'): Declared => ({
  name,
  url,
  sdl: `type Query { ${field}: String }`,
});
const thing = async (url: string) => (await ask<{ thing: string }>(url, '{ thing }')).data.thing;

describe('a subgraph is what the supergraph says it is', () => {
  test.each([
    '/graphql',
    '/a/base/path/graphql?tenant=7',
    '/',
  ])('its URL may have the path %s', async (path) => {
    const { url } = await things('here', path);
    const gateway = await started(startGatewayOf([declared(url)]));
    expect(await thing(gateway.url)).toBe('here');
  });

  test('a name that the product uses too is asked where the supergraph says', async () => {
    const { url } = await things('here');
    const gateway = await started(startGatewayOf([declared(url, 'order')]));
    expect(await thing(gateway.url)).toBe('here');
  });

  test('a setting overrides the URL by name', async () => {
    const { url } = await things('by the setting', '/other');
    const SUBGRAPHS = JSON.stringify({ things: { url } });
    const gateway = await started(
      startGatewayOf([declared('http://127.0.0.1:1/graphql')], { SUBGRAPHS }),
    );
    expect(await thing(gateway.url)).toBe('by the setting');
  });

  test('a setting gives one of them a shorter time to answer', async () => {
    const { url } = await started(startRawSubgraph(() => new Promise(() => {})));
    const gateway = await started(
      startGatewayOf([declared(url)], {
        SUBGRAPHS: '{"things":{"timeout":"100ms"}}',
        SUBGRAPH_TIMEOUT: '600s',
        OPERATION_TIMEOUT: '600s',
      }),
    );
    const { errors } = await ask(gateway.url, '{ thing }');
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  });

  test('a fourth one, `review`, is added to a running gateway by the supergraph file alone', async () => {
    const { url } = await things('here');
    const review = await started(
      startRawSubgraph(() => '{"data":{"review":"excellent","__typename":"Query"}}', '/v1/graphql'),
    );
    const gateway = await started(startGatewayOf([declared(url)]));
    await gateway.replace(compose([declared(url), declared(review.url, 'review', 'review')]));
    await eventually(async () => {
      const { data } = await ask<{ review?: string } | undefined>(gateway.url, '{ review }');
      return data?.review === 'excellent';
    });
    const ready = await (await fetch(`${gateway.url}/health/ready`)).json();
    expect(ready).toEqual({ status: 'ready' });
    await review.stop();
    expect(await (await fetch(`${gateway.url}/health/ready`)).json()).toMatchObject({
      failed: { review: 'does not answer' },
    });
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain('subgraph="review"');
  });

  test('one that moves is asked at its new URL, and its old connections are closed', async () => {
    const old = await started(startKeeping('{"data":{"thing":"old"}}'));
    const gateway = await started(startGatewayOf([declared(old.url)]));
    expect(await thing(gateway.url)).toBe('old');
    expect(old.connections.size).toBe(1);
    const { url } = await things('new');
    await gateway.replace(compose([declared(url)]));
    await eventually(async () => (await thing(gateway.url)) === 'new');
    await eventually(() => old.connections.size === 0);
  });

  test('one that is gone from the supergraph is not asked whether it is ready, and its connections are closed', async () => {
    const { url } = await things('here');
    const review = await started(startKeeping('{"data":{"review":"excellent"}}'));
    const gateway = await started(
      startGatewayOf([declared(url), declared(review.url, 'review', 'review')], {
        OPERATION_TIMEOUT: '500ms',
      }),
    );
    expect((await ask(gateway.url, '{ review }')).errors).toBeUndefined();
    expect(review.connections.size).toBe(1);
    await gateway.replace(compose([declared(url)]));
    await eventually(async () => (await ask(gateway.url, '{ review }')).status === 400);
    await eventually(() => review.connections.size === 0);
    const ready = await (await fetch(`${gateway.url}/health/ready`)).json();
    expect(ready).toEqual({ status: 'ready' });
  });

  test('one that is gone from the supergraph still answers what was planned before', async () => {
    let isAsked = false;
    let letGo = (_text: string) => {};
    const held = new Promise<string>((resolve) => {
      letGo = resolve;
    });
    const things = await started(
      startRawSubgraph(() => {
        isAsked = true;
        return held;
      }),
    );
    const stars = await started(startRawSubgraph(() => '{"data":{"_entities":[{"stars":5}]}}'));
    const sdl = 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }';
    const ofThings = { name: 'things', url: things.url, sdl };
    const ofStars = {
      name: 'stars',
      url: stars.url,
      sdl: 'type Thing @key(fields: "id") { id: ID! stars: Int }',
    };
    const gateway = await started(startGatewayOf([ofThings, ofStars]));
    const answer = ask(gateway.url, '{ thing { stars } }');
    await eventually(() => isAsked);
    await gateway.replace(compose([ofThings]));
    const fields = () => ask(gateway.url, '{ __type(name: "Thing") { fields { name } } }');
    await eventually(async () => !(await fields()).text.includes('stars'));
    letGo('{"data":{"thing":{"__typename":"Thing","id":"1"}}}');
    expect((await answer).text).toBe('{"data":{"thing":{"stars":5}}}\n');
  });

  test.each([
    200, 301, 400, 401, 403, 405, 503,
  ])('one of another make is ready when it answers a call, whatever %i at the path of health means', async (status) => {
    let isAway = false;
    const { url } = await started(
      serve((request, response) => {
        if (request.method === 'GET') response.writeHead(status).end('<h1>Here</h1>');
        else if (isAway) response.writeHead(502).end();
        else response.end('{"data":{"__typename":"Query"}}');
      }),
    );
    const gateway = await started(startGatewayOf([declared(`${url}/base/graphql`)]));
    const ready = async () => (await fetch(`${gateway.url}/health/ready`)).status;
    expect(await ready()).toBe(200);
    isAway = true;
    expect(await ready()).toBe(503);
  });

  test('one that cannot be asked is refused by name, and the supergraph before goes on serving', async () => {
    const refused = startGatewayOf([declared('ftp://127.0.0.1/graphql', 'odd')]);
    await expect(refused).rejects.toThrow(
      'the subgraph odd cannot be asked: its URL "ftp://127.0.0.1/graphql" is no http or https address',
    );
  });
});

describe('an answer', () => {
  const answering = async (answer: Parameters<typeof startRawSubgraph>[0], settings = {}) => {
    const { url } = await started(startRawSubgraph(answer));
    return started(startGatewayOf([declared(url)], settings));
  };
  const codeOf = async (url: string) =>
    (await ask(url, '{ thing }')).errors?.map(({ extensions }) => extensions.code);

  test('of more than SUBGRAPH_MAX_ANSWER_BYTES is not read, whether its length is said or not', async () => {
    let text = 'small';
    let chunked = false;
    const gateway = await answering(
      (_request, response) => {
        if (chunked) response.write('{"data":');
        response.end(`${chunked ? '' : '{"data":'}{"thing":"${text}"}}`);
        return undefined;
      },
      { SUBGRAPH_MAX_ANSWER_BYTES: '50000' },
    );
    for (chunked of [false, true]) {
      text = 'small';
      expect(await thing(gateway.url)).toBe('small');
      text = 'x'.repeat(100_000);
      expect(await codeOf(gateway.url)).toEqual(['SERVICE_UNAVAILABLE']);
    }
  });

  test.each([
    'gzip',
    'X-Gzip',
  ])('may be compressed by %s, and is bounded by its size when it is not', async (encoding) => {
    let size = 10;
    const gateway = await answering(
      (_request, response) => {
        response.setHeader('content-encoding', encoding);
        response.end(gzipSync(`{"data":{"thing":"${'x'.repeat(size)}"}}`));
        return undefined;
      },
      { SUBGRAPH_MAX_ANSWER_BYTES: '50000' },
    );
    expect(await thing(gateway.url)).toBe('x'.repeat(10));
    size = 1_000_000;
    expect(await codeOf(gateway.url)).toEqual(['SERVICE_UNAVAILABLE']);
  });

  test('is what its body says, whatever its status: data of a 500 is data, and an error has its code', async () => {
    let body = '{"data":{"thing":"here"}}';
    const gateway = await answering((_request, response) => {
      response.writeHead(500, { 'content-type': 'text/html' }).end(body);
      return undefined;
    });
    expect(await thing(gateway.url)).toBe('here');
    body = '{"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}';
    expect(await codeOf(gateway.url)).toEqual(['FORBIDDEN']);
    body = '<h1>Internal Server Error</h1>';
    expect(await codeOf(gateway.url)).toEqual(['SERVICE_UNAVAILABLE']);
  });

  test('that leads elsewhere is not followed', async () => {
    let asked = false;
    const elsewhere = await started(
      startRawSubgraph(() => {
        asked = true;
        return '{"data":{"thing":"from elsewhere"}}';
      }),
    );
    const gateway = await answering((_request, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
      return undefined;
    });
    expect([await codeOf(gateway.url), asked]).toEqual([['SERVICE_UNAVAILABLE'], false]);
  });

  test.each([
    '[]',
    '"text"',
    '{"data":[1]}',
    '{"data":{"thing":"x"},"errors":{"message":"m"}}',
    '{"data":{"thing":"x"},"errors":["m"]}',
    '{"errors":[]}',
    '{}',
  ])('%s is none of GraphQL, and a fault of the subgraph', async (text) => {
    const gateway = await answering(() => text);
    expect(await codeOf(gateway.url)).toEqual(['SERVICE_UNAVAILABLE']);
  });
});
