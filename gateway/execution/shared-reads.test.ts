import { expect, jest, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { clientGone } from '../../runtime/gone.ts';
import type { SubgraphRequest } from '../subgraphs/data-source.ts';
import type { Answer } from '../subgraphs/subgraph-request.ts';
import { sharedReads } from './shared-reads.ts';

const { QUERY, MUTATION } = OperationTypeNode;
const anna = { service: 'gateway', userId: 'anna', roles: [] } as const;
const read = (given: Partial<SubgraphRequest> = {}): SubgraphRequest => ({
  body: '{"query":"{a}"}',
  kind: QUERY,
  caller: anna,
  ...given,
});

/** A subgraph that a test lets answer. */
function openSubgraph(name = 'travel') {
  const asked: {
    request: SubgraphRequest;
    answer: (answer: Answer) => void;
    fail: (error: unknown) => void;
  }[] = [];
  const ask = (request: SubgraphRequest) =>
    new Promise<Answer>((answer, fail) => {
      asked.push({ request, answer, fail });
    });
  return { name, ask, asked };
}

test('equal queries under way are asked once, and each answer is its own', async () => {
  const subgraph = openSubgraph();
  const joined = jest.fn();
  const { ask } = sharedReads(joined);
  const answers = [ask(subgraph, read()), ask(subgraph, read()), ask(subgraph, read())];
  expect(subgraph.asked.length).toBe(1);
  expect(joined).toHaveBeenCalledTimes(2);
  subgraph.asked[0]?.answer({ data: { a: { deep: [1] } } });
  const [first, second, third] = await Promise.all(answers);
  (first?.data as { a: { deep: number[] } }).a.deep.push(2);
  expect(second).toEqual({ data: { a: { deep: [1] } } });
  expect(third).toEqual(second);
  void ask(subgraph, read());
  expect(subgraph.asked.length).toBe(2);
});

const apart: Record<string, [Partial<SubgraphRequest>, Partial<SubgraphRequest>, string?]> = {
  'of other texts': [{}, { body: '{"query":"{b}"}' }],
  'of other users': [{}, { caller: { ...anna, userId: 'ben' } }],
  'of a user and of nobody': [{}, { caller: { service: 'gateway', roles: [] } }],
  'of other roles': [{}, { caller: { ...anna, roles: ['operator'] } }],
  'of other scopes': [{}, { caller: { ...anna, scopes: ['orders:read'] } }],
  'of another subgraph': [{}, {}, 'order'],
  'that change something': [{ kind: MUTATION }, { kind: MUTATION }],
};

test.each(Object.keys(apart))('requests %s are asked apart', (which) => {
  const [one, other, name] = apart[which] as (typeof apart)[string];
  const [subgraph, another] = [openSubgraph(), openSubgraph(name)];
  const { ask } = sharedReads(() => {});
  void ask(subgraph, read(one));
  void ask(another, read(other));
  expect([subgraph.asked.length, another.asked.length]).toEqual([1, 1]);
});

test('whoever asks after a change does not join what was asked before it', async () => {
  const subgraph = openSubgraph();
  const { ask, changed } = sharedReads(() => {});
  void ask(subgraph, read());
  const change = ask(subgraph, read({ kind: MUTATION, body: '{"query":"mutation{c}"}' }));
  subgraph.asked[1]?.answer({ data: { c: true } });
  await change;
  void ask(subgraph, read());
  expect(subgraph.asked.length).toBe(3);
  changed({}, undefined);
  void ask(subgraph, read());
  expect(subgraph.asked.length).toBe(4);
});

test('a change that got no answer may have happened: whoever asks after it joins nothing', async () => {
  const subgraph = openSubgraph();
  const { ask } = sharedReads(() => {});
  void ask(subgraph, read());
  const change = ask(subgraph, read({ kind: MUTATION, body: '{"query":"mutation{c}"}' }));
  subgraph.asked[1]?.fail(new Error('broken off'));
  await expect(change).rejects.toThrow('broken off');
  void ask(subgraph, read());
  expect(subgraph.asked.length).toBe(3);
});

test('a caller that leaves disturbs no other; the last to leave gives the query up', async () => {
  const subgraph = openSubgraph();
  const { ask } = sharedReads(() => {});
  const [anne, bob] = [clientGone(), clientGone()];
  const [first, second] = [
    ask(subgraph, read({ until: { signal: anne } })),
    ask(subgraph, read({ until: { signal: bob } })),
  ];
  const [left, leftToo] = [
    expect(first).rejects.toThrow('Nobody waits'),
    expect(second).rejects.toThrow('Nobody waits'),
  ];
  anne.leave();
  await left;
  expect(subgraph.asked[0]?.request.until?.signal?.aborted).toBe(false);
  bob.leave();
  await leftToo;
  expect(subgraph.asked[0]?.request.until?.signal?.aborted).toBe(true);
  void ask(subgraph, read());
  expect(subgraph.asked.length).toBe(2);
});

test('an error is told to all; one of the first deadline is not that of who came later', async () => {
  const subgraph = openSubgraph();
  const { ask } = sharedReads(() => {});
  const failing = [ask(subgraph, read()), ask(subgraph, read())];
  subgraph.asked[0]?.fail(new Error('down'));
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);

  const now = performance.now();
  const early = ask(subgraph, read({ until: { deadline: now } }));
  const later = ask(subgraph, read({ until: { deadline: now + 60_000 } }));
  subgraph.asked[1]?.fail(clientError('OPERATION_TIMEOUT', 'too long'));
  await expect(early).rejects.toThrow('too long');
  subgraph.asked[2]?.answer({ data: { a: 1 } });
  expect(await later).toEqual({ data: { a: 1 } });
});
