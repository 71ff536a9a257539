import type { Supergraph } from '@apollo/federation-internals';
import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { compose } from '../composition.ts';
import { readRegistry } from '../registry.ts';
import { type Contract, contractOf } from './contract.ts';
import { baseContract, baseFiles, edited, edits, registryOf, subgraphsOf } from './edits/edits.ts';
import { plansOf } from './plan.ts';
import { plannedOtherwise } from './plan-shape.ts';
import { touching } from './usage.ts';

const composed = (...changes: string[]) => {
  const files = changes.length > 0 ? edited({ title: '', changes, verdict: '' }) : baseFiles;
  return compose(subgraphsOf(files)).supergraph;
};
const otherwise = (change: string) =>
  [...plannedOtherwise(parse(composed() ?? ''), parse(composed(change) ?? ''))].sort();

test.each([
  ['the scalar of a field', 'stays:   stars: Float -> stars: String'],
  ['null', 'stays:   title: String! -> title: String'],
  ['a default', 'stays: stays(first: Int! = 20 -> stays(first: Int! = 10'],
  ['a description', 'stays: "Only ever received." -> "Other words."'],
  ['what clients see', 'stays:   motto: String -> motto: String @inaccessible'],
])('%s changes no plan', (_, change) => {
  expect(otherwise(change)).toEqual([]);
});

test.each([
  ['a field', 'stays:   motto: String -> motto: String\\n  more: String', ['Query.more']],
  [
    'the type that a field leads to',
    'stays:   subTitle: String -> subTitle: Lost',
    ['Stay.subTitle'],
  ],
  ['who resolves a field', 'reviews:   free: Boolean! @shareable ->', ['Stay.free']],
  [
    'a member of a union',
    'stays: union Found = Stay | Shop -> union Found = Stay',
    ['Found', 'Shop', 'Stay'],
  ],
])('%s may change the plans of what touches it', (_, change, touched) => {
  expect(otherwise(change)).toEqual(expect.arrayContaining(touched));
});

const operations = readRegistry(registryOf(baseFiles)).operations.filter(({ asked }) => !asked);
const plans = (of: typeof operations, { federation, api }: Contract) =>
  plansOf(of, federation?.supergraph as Supergraph, api);
const before = plans(operations, baseContract);
const each = Number(process.env.EACH_EDIT ?? 12);

test.each(
  edits.filter((_, index) => index % each === 0),
)('what touches nothing of that is planned as before: $title', (edit) => {
  const { supergraph } = compose(subgraphsOf(edited(edit)));
  if (!supergraph || !baseContract.federation) return;
  const after = contractOf(supergraph);
  const coordinates = plannedOtherwise(baseContract.federation.document, parse(supergraph));
  const touched = new Set(touching(coordinates, operations, [baseContract.api, after.api]));
  const now = plans(
    operations.filter((one) => !touched.has(one)),
    after,
  );
  expect(now.size).toBeGreaterThan(0);
  for (const [name, plan] of now) expect(plan).toEqual(before.get(name));
});
