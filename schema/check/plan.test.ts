import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readOperationFiles, readOperations } from '../operations.ts';
import { projectFile, supergraphFile } from '../subgraphs.ts';
import { contractOf } from './contract.ts';
import { plansOf, shapeOf } from './plan.ts';

const { operations } = readOperations(readOperationFiles());
const { api, federation } = contractOf(readFileSync(projectFile(supergraphFile), 'utf8'));
if (!federation) throw new Error('the supergraph tells nothing of the subgraphs');
const plans = plansOf(operations, federation.supergraph, api);

test('every registered operation can be planned', () => {
  expect([...plans.keys()].sort()).toEqual(operations.map(({ name }) => name).sort());
});

test('a plan is told in a line: one after the other, side by side', () => {
  expect(plans.get('HomePage')).toEqual({ fetches: 1, steps: 1, text: 'travel' });
  expect(plans.get('HomestayPage')).toEqual({ fetches: 2, steps: 2, text: 'travel > order' });
  expect(plans.get('MyOrders')).toEqual({
    fetches: 3,
    steps: 2,
    text: 'order > (payment + travel)',
  });
});

test('every branch of a condition counts, since any may be taken', () => {
  const fetch = (serviceName: string) =>
    ({ kind: 'Fetch', serviceName }) as Parameters<typeof shapeOf>[0];
  const node = {
    kind: 'Condition',
    condition: 'x',
    ifClause: fetch('order'),
    elseClause: fetch('travel'),
  };
  expect(shapeOf(node as Parameters<typeof shapeOf>[0])).toEqual({
    fetches: 2,
    steps: 1,
    text: 'order or travel',
  });
});
