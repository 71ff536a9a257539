import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HttpServer } from '../../runtime/http-server.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import { compose } from '../../schema/composition.ts';
import { readSubgraphs } from '../../schema/subgraphs.ts';
import { type Answer, ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startSmallSubgraph, startTestGateway } from '../../testing/gateway/small-system.ts';

/*
 * The next version has one more field: the order service says how often a homestay was booked. A
 * gateway runs through the rollout, and so does the travel service, of the version before.
 */
const newField = '"How often it was booked."\n  timesBooked: Int\n  ';
const sources = readSubgraphs();
const newer = sources.map((source) =>
  source.name === 'order'
    ? { ...source, sdl: source.sdl.replace('timeZone: String! @external', `${newField}$&`) }
    : source,
);
const supergraphOf = (of: typeof sources) => compose(of).supergraph as string;

let folder: string;
let supergraph: string;
let order: HttpServer;
let url: string;
const stops: Stop[] = [];

const putSupergraph = async (of: typeof sources) => {
  await writeFile(`${supergraph}.next`, supergraphOf(of));
  await rename(`${supergraph}.next`, supergraph);
};

/** The order service of either version, at the same address as the one before. */
async function startOrder(of: typeof sources, port = 0): Promise<void> {
  const file = join(folder, 'order.graphql');
  await writeFile(file, of.find(({ name }) => name === 'order')?.sdl ?? '');
  const fields = { Homestay: { timesBooked: () => 3 } };
  const next = of === newer ? { sdlFile: pathToFileURL(file), fields } : {};
  order = await startSmallSubgraph('order', [], port, next);
}
const replaceOrder = async () => {
  const { port } = new URL(order.url);
  await order.stop();
  await startOrder(newer, Number(port));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollout-'));
  supergraph = join(folder, 'supergraph.graphql');
  await putSupergraph(sources);
  await startOrder(sources);
  const travel = await startSmallSubgraph('travel');
  const gateway = await startTestGateway({
    ...{ SUPERGRAPH_FILE: supergraph, TRAVEL_URL: travel.url, ORDER_URL: order.url },
    PAYMENT_URL: 'http://127.0.0.1:1',
  });
  url = gateway.url;
  stops.push(gateway.stop, travel.stop, () => order.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await rm(folder, { recursive: true });
});

type Data = { homestay: { title: string; timesBooked?: number | null } | null };
const asked = (fields: string): Promise<Answer<Data>> =>
  ask<Data>(url, `{ homestay(id: "1") { ${fields} } }`);
const ofOrder = () =>
  ask<{ homestayOrder: object }>(url, '{ homestayOrder(sn: "HSO1") { sn state } }');

/** What clients of the version before ask goes on as if nothing happened. */
async function expectNoChange(): Promise<void> {
  expect(await asked('title')).toMatchObject({ data: { homestay: { title: 'Homestay 1' } } });
  const { data, errors } = await ofOrder();
  expect([data.homestayOrder, errors]).toEqual([{ sn: 'HSO1', state: 'WAIT_PAY' }, undefined]);
}

const isKnown = async () =>
  (await asked('timesBooked')).errors?.[0]?.extensions.code !== 'GRAPHQL_VALIDATION_FAILED';

const booked = { homestay: { title: 'Homestay 1', timesBooked: 3 } };

test('the new subgraph first: nothing changes until the supergraph has its field', async () => {
  await expectNoChange();
  await replaceOrder();
  await expectNoChange();
  expect(await isKnown()).toBe(false);

  await putSupergraph(newer);
  await eventually(isKnown);
  await expectNoChange();
  expect((await asked('title timesBooked')).data).toEqual(booked);
});

test('the supergraph first: the field is null with an error, all else works, until the subgraph has it', async () => {
  await putSupergraph(newer);
  await eventually(isKnown);
  await expectNoChange();
  const { data, errors } = await asked('title timesBooked');
  expect(data).toEqual({ homestay: { title: 'Homestay 1', timesBooked: null } });
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['homestay', 'timesBooked'], 'INTERNAL_SERVER_ERROR'],
  ]);

  await replaceOrder();
  await expectNoChange();
  await eventually(async () => (await asked('title timesBooked')).data.homestay?.timesBooked === 3);
});
