import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  type LiveSystem,
  type OrderEvent,
  orderChanged,
  startLiveSystem,
} from '../../testing/gateway/live-system.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';
import { token } from '../../testing/tokens.ts';

const committed = await readFile(
  new URL('../../schema/supergraph.graphql', import.meta.url),
  'utf8',
);

let folder: string;
let file: string;
let system: LiveSystem;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  file = join(folder, 'supergraph.graphql');
  await writeFile(file, committed);
  system = await startLiveSystem({ gateway: { SUPERGRAPH_FILE: file } });
});
afterEach(async () => {
  await system?.stop();
  await rm(folder, { recursive: true });
});

describe('a new supergraph', () => {
  const put = async (sdl: string) => {
    await writeFile(`${file}.next`, sdl);
    await rename(`${file}.next`, file);
  };

  test('keeps subscriptions open, and ends those whose fields it lacks', async () => {
    const sn = await system.placeOrder();
    const client = await socketClient(system.url);
    const going = watch<OrderEvent>(client, { query: orderChanged, variables: { sn } });
    const withRemark = watch(client, {
      query: 'subscription ($sn: ID!) { homestayOrderStateChanged(sn: $sn) { sn remark } }',
      variables: { sn },
    });
    await eventually(() => going.results.length === 1 && withRemark.results.length === 1);
    await put(committed.replace('remark: String! @join__field', 'note: String! @join__field'));
    await eventually(() => withRemark.completed || withRemark.ended);
    expect(withRemark.results.at(-1)).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    await system.change(sn, 'PAID');
    await eventually(() => going.results.length >= 2);
    expect(going.results.map(({ data }) => data?.homestayOrderStateChanged?.state)).toEqual([
      'WAIT_PAY',
      'WAIT_USE',
    ]);
    await client.dispose();
  });

  test('shows a new client the present whole, though its plan needs more of an event now', async () => {
    const sn = await system.placeOrder();
    const query =
      'subscription ($sn: ID!) { homestayOrderStateChanged(sn: $sn) { sn payment { state } } }';
    const clients = await Promise.all([socketClient(system.url), socketClient(system.url)]);
    const [first, second] = clients as [(typeof clients)[0], (typeof clients)[0]];
    const stayed = watch(first, { query, variables: { sn } });
    await eventually(() => stayed.results.length === 1);
    const needsTotal = committed
      .replace(
        /(payment: Payment @join__field\(graph: PAYMENT)\)/,
        '$1, requires: "total { amount }")',
      )
      .replace('remark: String! @join__field', 'note: String! @join__field');
    await put(needsTotal);
    const old = '{ homestayOrder(sn: "1") { remark } }';
    await eventually(async () => (await ask(system.url, old)).text.includes('VALIDATION_FAILED'));
    const came = watch(second, { query, variables: { sn } });
    await eventually(() => came.results.length === 1);
    expect(came.results).toEqual(stayed.results);
    await Promise.all(clients.map((client) => client.dispose()));
  });
});

describe('a gateway that stops', () => {
  test('closes WebSockets with 1012, so that clients reconnect', async () => {
    const socket = new WebSocket(
      `${system.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    const closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve([code, String(reason)])),
    );
    await new Promise((resolve) => socket.once('open', resolve));
    await system.gateways[0]?.stop();
    expect(await closed).toEqual([1012, 'Service restart']);
  });

  const streamOf = async (accept: string) => {
    const sn = await system.placeOrder();
    const response = await fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        authorization: `Bearer ${await token()}`,
      },
      body: JSON.stringify({ query: orderChanged, variables: { sn } }),
    });
    return response.text();
  };

  test('ends streams so that clients open them again', async () => {
    const texts = [streamOf('text/event-stream'), streamOf('multipart/mixed;subscriptionSpec=1.0')];
    await eventually(async () => {
      const text = await (await fetch(`${system.url}/metrics`)).text();
      return ['sse', 'multipart'].every((transport) =>
        text.includes(`deliveries_total{transport="${transport}"} 1`),
      );
    });
    await system.gateways[0]?.stop();
    const [sse, multipart] = (await Promise.all(texts)) as [string, string];
    expect(sse).toContain('WAIT_PAY');
    expect(sse).not.toContain('event: complete');
    expect(multipart).toContain('WAIT_PAY');
    expect(multipart).toMatch(/"payload":null,.*SERVICE_UNAVAILABLE.*\r\n--graphql--\r\n$/s);
  });
});
