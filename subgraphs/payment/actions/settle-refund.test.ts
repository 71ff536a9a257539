import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { noLog, sampleNow, sampleRefund } from '../../../testing/payment/samples.ts';
import type { ProviderRefund } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import { settleRefund } from './settle-refund.ts';

/** What is written if a provider says this of a refund, and the errors that are logged. */
async function settled(state: ProviderRefund['state'], ended: Partial<Refund> | null) {
  const writes: unknown[] = [];
  const errors: string[] = [];
  const needs = {
    ...inNextTurn({
      now: async () => sampleNow,
      moveRefund: async (...move: unknown[]) => writes.push(move),
      endRefund: async (end: object, emailOf: (refund: Refund) => { id: string }) => {
        writes.push([end, emailOf(sampleRefund()).id]);
        return ended && sampleRefund(ended);
      },
    }),
    log: { error: (_: object, text: string) => errors.push(text) } as never,
  };
  await settleRefund(needs, sampleRefund(), { state });
  return { writes, errors };
}

test('who asked under a lease ends it under that lease', async () => {
  const ends: unknown[] = [];
  const needs = {
    ...inNextTurn({ now: async () => sampleNow, moveRefund: async () => null }),
    endRefund: async (end: object) => {
      ends.push(end);
      return null;
    },
    log: noLog,
  };
  await settleRefund(needs, sampleRefund(), { state: 'SUCCESS' }, sampleNow);
  expect(ends).toEqual([{ sn: 'RFD1', to: 'SUCCESS', now: sampleNow, lease: sampleNow }]);
});

const end = (to: string) => [{ sn: 'RFD1', to, now: sampleNow }, 'refunded:RFD1'];
const otherwise = 'a refund ended otherwise than was known';
const contradicted = { state: 'SUCCESS', contradicted: true } as const;
test.each<[ProviderRefund['state'], Partial<Refund> | null, unknown[], string[]]>([
  ['UNKNOWN', null, [], []],
  ['WAIT', null, [['RFD1', 'SENT']], []],
  ['SUCCESS', { state: 'SUCCESS' }, [end('SUCCESS')], []],
  ['SUCCESS', null, [end('SUCCESS')], []],
  ['FAILED', { state: 'FAILED' }, [end('FAILED')], ['a refund failed']],
  ['FAILED', null, [end('FAILED')], []],
  ['SUCCESS', contradicted, [end('SUCCESS')], [otherwise]],
  ['FAILED', { ...contradicted, state: 'FAILED' }, [end('FAILED')], [otherwise]],
])('a refund that is %s at its provider, and becomes %j', async (said, ended, writes, errors) => {
  expect(await settled(said, ended)).toStrictEqual({ writes, errors });
});
