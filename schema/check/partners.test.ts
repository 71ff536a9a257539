import { expect, test } from '@jest/globals';
import { compose } from '../composition.ts';
import { checkSchema } from './check.ts';
import { contractOf } from './contract.ts';
import type { Finding } from './report.ts';

const before = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
type Query {
  stay: Stay @tag(name: "partner")
  motto: String
}
type Stay {
  title: String @tag(name: "partner")
  price: Int @tag(name: "partner")
  note: String
}
`;
const partner = {
  file: 'schema/contracts/partner.json',
  text: '{ "include": ["partner"], "clients": ["agency"] }',
};
const release = (body: string) => [
  {
    file: 'schema/clients/agency@1.0.json',
    text: JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: '0a', name: 'Stays', type: 'query', body }],
    }),
  },
];
const subgraphs = (sdl: string) => [{ name: 'stays', file: 'stays.graphql', sdl }];

type Given = {
  sdl?: string;
  contracts?: (typeof partner)[];
  accepted?: { rule: string; at: string; why: string }[];
  body?: string;
};

async function findings({
  sdl = before,
  contracts = [partner],
  accepted = [],
  body = 'query Stays { stay { title } }',
}: Given): Promise<Finding[]> {
  const clients = release(body);
  const report = await checkSchema({
    subgraphs: subgraphs(sdl),
    registry: { operations: [], clients },
    contracts,
    accepted,
    base: {
      label: 'base',
      contract: contractOf(compose(subgraphs(before)).supergraph ?? ''),
      registry: () => ({ operations: [], clients }),
      subgraphs: () => subgraphs(before),
      contracts: () => [partner],
    },
  });
  return report.findings.filter(({ check, rule }) => check !== 'lint' && rule !== 'TAG_REMOVED');
}

const line = ({ check, severity, rule, at, places: [place], operations }: Finding): string =>
  `${check} ${severity} ${rule} ${at} ${place?.file}:${place?.line} ${operations?.map((use) => use.operation) ?? ''}`.trim();

const without = (text: string) => before.replace(text, '');
const untagged = (field: string) => before.replace(`${field} @tag(name: "partner")`, field);

test('what a contract no longer shows breaks its clients, though the API has it still', async () => {
  const [found, ...others] = await findings({ sdl: untagged('title: String') });
  expect(line(found as Finding)).toBe(
    'contracts error FIELD_REMOVED partner/Stay.title stays.graphql:7 agency@1.0 Stays',
  );
  expect(found?.message).toBe('In the contract partner: Stay.title is removed.');
  expect(others).toEqual([]);
});

test('it can be accepted by its contract and coordinate', async () => {
  const accepted = [{ rule: 'FIELD_REMOVED', at: 'partner/Stay.price', why: 'they know' }];
  const [found] = await findings({ sdl: untagged('price: Int'), accepted });
  expect(found).toMatchObject({ severity: 'warning', check: 'contracts', operations: [] });
});

test('what changes for everybody is told once', async () => {
  const found = await findings({ sdl: without('  price: Int @tag(name: "partner")\n') });
  expect(found.map(line)).toEqual(['api error FIELD_REMOVED Stay.price stays.graphql:6']);
});

test('a change that the contract does not show is none of it', async () => {
  const found = await findings({ sdl: without('  note: String\n') });
  expect(found.map(line)).toEqual(['api error FIELD_REMOVED Stay.note stays.graphql:6']);
});

test('a contract that shows less by its own file breaks its clients too', async () => {
  const found = await findings({
    contracts: [{ ...partner, text: partner.text.replace('partner', 'other') }],
    sdl: before.replace('motto: String', 'motto: String @tag(name: "other")'),
  });
  expect(found.map(line)).toContain(
    'contracts error FIELD_REMOVED partner/Query.stay stays.graphql:3 agency@1.0 Stays',
  );
});

test('an operation of its clients must be valid in the contract', async () => {
  const found = await findings({ body: 'query Stays { stay { note } }' });
  expect(found.map(line)).toEqual([
    'operations error invalid-operation undefined schema/clients/agency@1.0.json:1 agency@1.0 Stays',
  ]);
});

test('a contract that is removed breaks its clients', async () => {
  const found = await findings({ contracts: [] });
  expect(found.map(line)).toEqual([
    'contracts error CONTRACT_REMOVED partner schema/contracts/partner.json:1',
  ]);
});

test('a contract that makes no schema names the place', async () => {
  const sdl = before
    .replace('motto: String', 'motto: String\n  more: More @tag(name: "partner")')
    .concat('type More { x: Int }\n');
  const found = await findings({ sdl });
  expect(found.map(line)).toContain('contracts error contract-unusable partner stays.graphql:12');
  expect(found[0]?.message).toBe(
    'The contract partner makes no schema: Type "More" is not in it but is referenced by "Query.more", which is.',
  );
  const broken = await findings({ contracts: [{ ...partner, text: '{ "includes": [] }' }] });
  expect(broken.map(line)[0]).toBe(
    'contracts error contract-unusable undefined schema/contracts/partner.json:1',
  );
});
