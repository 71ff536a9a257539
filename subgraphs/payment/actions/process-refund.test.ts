import { expect, test } from '@jest/globals';
import { noLog, sampleNow, samplePaid, sampleRefund } from '../../../testing/payment/samples.ts';
import { type ProcessRefundNeeds, processRefund } from './process-refund.ts';

/** Runs one step of a refund. Returns what it did, in order. */
async function steps(given: Partial<ProcessRefundNeeds>) {
  const done: string[] = [];
  const needs: ProcessRefundNeeds = {
    now: async () => sampleNow,
    providers: {},
    payment: async () => samplePaid(),
    refund: async () => sampleRefund(),
    refundsOfOrders: async () => [],
    moveRefund: async (_, to) => done.push(to),
    succeedRefund: async () => null,
    failRefund: async (_, to) => {
      done.push(to);
      return sampleRefund();
    },
    retryRefundAt: async (_, at) => void done.push(`again at ${at.toISOString()}`),
    markOrderToldOfRefund: async (sn) => void done.push(`told of ${sn}`),
    holdOrderForRefund: async ({ refundSn }) => {
      done.push(`hold for ${refundSn}`);
      return 'ACCEPTED';
    },
    endOrderRefund: async ({ refundSn }) => void done.push(`end ${refundSn}`),
    log: noLog,
    ...given,
  };
  await processRefund(needs, 'RFD1').catch((error) => done.push(error.message));
  return done;
}

test('a refund whose provider is switched off waits longer each time, like any other', async () => {
  const refund = async () => sampleRefund({ state: 'APPROVED', attempts: 3 });
  expect(await steps({ refund })).toEqual([
    'again at 2026-12-01T12:00:08.000Z',
    'the provider of refund RFD1 is switched off',
  ]);
});

test('the order is told of an earlier refund that may still hold it, before the next one holds it', async () => {
  const before = { open: false, state: 'FAILED' as const };
  const refundsOfOrders = async () => [
    sampleRefund({ ...before, sn: 'RFD of long ago', orderTold: true }),
    sampleRefund({ ...before, sn: 'RFD before', orderTold: false }),
  ];
  expect(await steps({ refundsOfOrders })).toEqual([
    'end RFD before',
    'told of RFD before',
    'hold for RFD1',
    'APPROVED',
  ]);
});
