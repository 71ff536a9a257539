import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { testSettings } from '../../testing/gateway/small-system.ts';
import type { Admitted } from '../admission/admit.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import { executor } from './executor.ts';
import { preparation } from './prepared-operation.ts';
import type { Reads } from './reads.ts';

const asksNobody = (): never => {
  throw new Error('no subgraph is asked');
};
const prepared = preparation(readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8'));
const { execute } = executor(prepared, {
  subgraph: asksNobody,
  reads: { ask: asksNobody, changed() {}, renewed() {} },
  timeoutMs: 1_000,
});
const admitted = (query: string, variables = {}, operationName?: string): Admitted => {
  const operation = { kind: 'query', operationName, variables };
  return { document: parse(query), operation, caller: {}, record: {} } as unknown as Admitted;
};

test('introspection that is asked for again is the answer of the first time', async () => {
  const asked = admitted(getIntrospectionQuery());
  const { data } = await execute(asked);
  expect(Object.keys(data ?? {})).toEqual(['__schema']);
  expect((await execute(asked)).data).toBe(data);
});

test('introspection by variables is answered anew', async () => {
  const document = 'query ($name: String!) { __type(name: $name) { name } }';
  const asked = admitted(document, { name: 'Homestay' });
  const other = { ...asked, operation: { ...asked.operation, variables: { name: 'Query' } } };
  const names = [await execute(asked), await execute(other)].map(({ data }) => data?.__type);
  expect(names).toEqual([{ name: 'Homestay' }, { name: 'Query' }]);
});

test('of several operations that introspect, each has its own answer', async () => {
  const typeOf = (name: string) => `query ${name} { __type(name: "${name}") { name } }`;
  const one = admitted(`${typeOf('Homestay')} ${typeOf('Query')}`, {}, 'Homestay');
  const other = { ...one, operation: { ...one.operation, operationName: 'Query' } };
  const names = [await execute(one), await execute(other)].map(({ data }) => data?.__type);
  expect(names).toEqual([{ name: 'Homestay' }, { name: 'Query' }]);
});

test('what is asked beside introspection is asked each time, until the operation’s deadline', async () => {
  const begin = performance.now();
  const deadlines: (number | undefined)[] = [];
  const ask: Reads['ask'] = async (_, { until }) => {
    deadlines.push(until?.deadline);
    return { data: { homestay: { title: `Answer ${deadlines.length}` } } };
  };
  const { execute } = executor(prepared, {
    subgraph: (name) => ({ name }) as Subgraph,
    reads: { ask, changed() {}, renewed() {} },
    timeoutMs: 600_000,
  });
  const asked = admitted('{ homestay(id: "1") { title } __schema { queryType { name } } }');
  for (const title of ['Answer 1', 'Answer 2'])
    expect((await execute(asked)).data).toMatchObject({
      homestay: { title },
      __schema: { queryType: { name: 'Query' } },
    });
  expect(deadlines).toHaveLength(2);
  for (const deadline of deadlines) expect(deadline).toBeGreaterThanOrEqual(begin + 600_000);
});
