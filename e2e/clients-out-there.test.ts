import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkSchema } from '../schema/check/check.ts';
import { contractOf } from '../schema/check/contract.ts';
import type { Finding } from '../schema/check/report.ts';
import { seenTraffic } from '../schema/check/traffic.ts';
import { compose } from '../schema/composition.ts';
import { readOperations } from '../schema/operations.ts';
import { persistedQueryManifest } from '../schema/persisted-queries.ts';
import { readSubgraphs } from '../schema/subgraphs.ts';
import { fold, noTraffic, usageShape } from '../schema/traffic/traffic.ts';
import { eventually } from '../testing/eventually.ts';
import { startTestSystem, type TestSystem } from '../testing/gateway/small-system.ts';

/*
 * Two frontends and an old mobile release are out there. The gateway counts what they send, a field is to go, and the check
 * says who still uses it. The old release is retired: the check passes, and the gateway refuses what only it sent.
 */
const manifestOf = (name: string, text: string): string =>
  persistedQueryManifest(readOperations([{ file: `${name}.graphql`, text }]).operations);
const desk = manifestOf('desk', 'query Desk($id: ID!) { homestay(id: $id) { title } }');
const mobile = manifestOf(
  'mobile',
  'query Mobile($id: ID!) { homestay(id: $id) { title marketPrice { amount } } }',
);
const idOf = (manifest: string): string => JSON.parse(manifest).operations[0].id;

let folder: string;
let system: TestSystem & { stop: () => Promise<unknown> };
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clients-'));
  for (const name of ['clients', 'usage']) mkdirSync(at(name));
  writeFileSync(at('manifest.json'), persistedQueryManifest([]));
  writeFileSync(at('clients/desk@7.json'), desk);
  writeFileSync(at('clients/mobile@1.0.json'), mobile);
  first = published();
  system = await startTestSystem(settings());
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});
const settings = () => ({
  PERSISTED_OPERATIONS: 'required',
  PERSISTED_OPERATIONS_FILE: at('manifest.json'),
  PERSISTED_OPERATIONS_RELEASES: at('clients'),
  USAGE_DIR: at('usage'),
});

/**
 * Sends a registered operation as a release does.
 * @returns the code of its refusal, if it is refused
 */
async function send(manifest: string, name: string, version: string): Promise<string | undefined> {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'apollographql-client-name': name,
      'apollographql-client-version': version,
    },
    body: JSON.stringify({
      variables: { id: '1' },
      extensions: { persistedQuery: { version: 1, sha256Hash: idOf(manifest) } },
    }),
  });
  return (await response.json()).errors?.[0].extensions.code;
}

const published = () =>
  readdirSync(at('clients')).map((file) => ({
    file: `schema/clients/${file}`,
    text: readFileSync(at(`clients/${file}`), 'utf8'),
  }));
/** What was published at the base. */
let first: ReturnType<typeof published>;

const today = '2030-01-02';
const before = readSubgraphs();

/** Removes Homestay.marketPrice, and checks that with what is published and what was seen. */
async function checkRemoval(): Promise<Finding[]> {
  const subgraphs = before.map((subgraph) => ({
    ...subgraph,
    sdl: subgraph.sdl.replace(/ {2}"[^"]*"\n {2}marketPrice: Money\n/, ''),
  }));
  // Every file tells of one day; for the check all of it was yesterday.
  const files = readdirSync(at('usage'))
    .map((file) => usageShape.parse(JSON.parse(readFileSync(at(`usage/${file}`), 'utf8'))))
    .map((file) => ({ ...file, day: '2030-01-01' }));
  const traffic = fold(noTraffic, files, today);
  const text = JSON.stringify(traffic, null, 1);
  const { findings } = await checkSchema({
    subgraphs,
    registry: { operations: [], clients: published() },
    base: {
      label: 'before',
      contract: contractOf(compose(before).supergraph ?? ''),
      registry: () => ({ operations: [], clients: first }),
    },
    traffic: seenTraffic(
      traffic,
      { file: 'schema/traffic.json', text },
      { days: 1, clients: [], today },
    ),
    today,
  });
  return findings.filter(({ at }) => at === 'Homestay.marketPrice');
}

test('the check says who still uses a field, a release is retired, and the safelist follows', async () => {
  expect(await send(desk, 'desk', '7')).toBeUndefined();
  expect(await send(mobile, 'mobile', '1.0')).toBeUndefined();
  expect(await send(mobile, 'mobile', '1.0')).toBeUndefined();
  // What was counted is written at the stop.
  await system.stop();
  expect(await checkRemoval()).toMatchObject([
    {
      rule: 'FIELD_REMOVED',
      severity: 'error',
      operations: [
        {
          operation: 'mobile@1.0 Mobile',
          invalid: true,
          seen: { count: 2, lastDay: '2030-01-01' },
        },
      ],
    },
  ]);

  system = await startTestSystem(settings());
  expect(await send(mobile, 'mobile', '1.0')).toBeUndefined();
  rmSync(at('clients/mobile@1.0.json'));
  expect(await checkRemoval()).toMatchObject([
    { rule: 'FIELD_REMOVED', severity: 'warning', operations: [] },
  ]);
  await eventually(
    async () => (await send(mobile, 'mobile', '1.0')) === 'PERSISTED_QUERY_NOT_FOUND',
  );
  expect(await send(desk, 'desk', '7')).toBeUndefined();
});
