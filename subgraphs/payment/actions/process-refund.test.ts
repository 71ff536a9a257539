import { expect, test } from '@jest/globals';
import type { Refund } from '../domain/refund.ts';
import type { Needs } from './needs.ts';
import { advanceRefund } from './process-refund.ts';
import { settleRefund } from './settle-refund.ts';

const now = new Date('2026-12-01T12:00:00.000Z');
const refund = (given: Partial<Refund> = {}) =>
  ({
    sn: 'RFD',
    paymentSn: 'PMT',
    state: 'APPROVED',
    open: true,
    attempts: 3,
    nextTryAt: now,
    ...given,
  }) as Refund;

test('a refund whose provider is switched off waits like any other, and leaves room for those that can go on', async () => {
  const later: Date[] = [];
  const needs = {
    refunds: {
      find: async () => refund(),
      tryLater: async (_: string, at: Date) => void later.push(at),
    },
    payments: { find: async () => ({ sn: 'PMT', method: 'STRIPE' }) },
    providers: {},
    now: async () => now,
    step: async () => {},
  } as unknown as Needs;
  await expect(advanceRefund(needs, 'RFD')).rejects.toThrow('switched off');
  expect(later).toEqual([new Date(now.getTime() + 8_000)]);
});

test.each([
  ['FAILED', 'SUCCESS', 1],
  ['SUCCESS', 'FAILED', 1],
  ['SUCCESS', 'SUCCESS', 0],
] as const)('a refund that ended as %s and is now said to be %s is told in the log %i times', async (kept, said, times) => {
  const lines: unknown[] = [];
  const ended = refund({ state: kept, open: false });
  const needs = {
    refunds: { find: async () => ended, end: async () => undefined },
    transaction: (work: (session: unknown) => Promise<unknown>) => work({}),
    now: async () => now,
    step: async () => {},
    log: { error: (fields: { kept?: string }) => fields.kept && lines.push(fields) },
  } as unknown as Needs;
  await settleRefund(needs, ended, { state: said });
  expect(lines).toHaveLength(times);
});

test('before a refund holds its order, the order is told of an earlier one that has ended and may hold it still', async () => {
  const asked: string[] = [];
  const needs = {
    refunds: {
      find: async () => refund({ state: 'REQUESTED' }),
      ofOrders: async () => [
        refund({ sn: 'RFD of long ago', open: false, orderTold: true }),
        refund({ sn: 'RFD before', state: 'FAILED', open: false, orderTold: false }),
      ],
      orderTold: async () => {},
      advance: async (_: string, to: string) => asked.push(to),
    },
    orders: {
      endRefund: async ({ refundSn }: { refundSn: string }) => asked.push(`end ${refundSn}`),
      holdForRefund: async ({ refundSn }: { refundSn: string }) => {
        asked.push(`hold for ${refundSn}`);
        return 'ACCEPTED';
      },
    },
    now: async () => now,
    step: async () => {},
  } as unknown as Needs;
  await advanceRefund(needs, 'RFD');
  expect(asked).toEqual(['end RFD before', 'hold for RFD', 'APPROVED']);
});
