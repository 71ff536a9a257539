import { expect, test } from '@jest/globals';
import { createLog, withLogFields } from '../../../runtime/log.ts';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  noLog,
  sampleNow,
  samplePaid,
  samplePayment,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { Payment } from '../domain/payment.ts';
import { type ProcessPaymentsNeeds, processPayment, processPayments } from './process-payments.ts';

/** A service with these payments, and one refund that has ended without its order being told. */
function service(payments: Payment[]) {
  const done: string[] = [];
  const limits: unknown[] = [];
  const needs = inNextTurn({
    now: async () => sampleNow,
    payment: async (sn: string) => payments.find((payment) => payment.sn === sn) ?? null,
    markOrderPaid: async ({ sn }: Payment) => {
      if (sn === 'PMT of a fault') throw new Error('the order service is away');
      done.push(`tell of ${sn}`);
      return 'ACCEPTED';
    },
    acceptMoney: async (sn: string) => Boolean(done.push(`accepted ${sn}`)),
    releaseOrderFromPayment: async ({ orderSn, paymentSn }: Record<string, string>) =>
      void done.push(`release ${orderSn} from ${paymentSn}`),
    paymentsToTell: async (limit: number) => {
      limits.push(limit);
      return payments.map(({ sn }) => ({ sn, origin: { requestId: `webhook of ${sn}` } }));
    },
    refundsToProcess: async (now: Date, limit: number) => {
      limits.push([now, limit]);
      return [{ sn: 'RFD1' }];
    },
    refund: async () => sampleRefund({ open: false, orderTold: false, state: 'SUCCESS' }),
    endOrderRefund: async ({ refundSn }: Record<string, string>) =>
      void done.push(`end ${refundSn}`),
    markOrderToldOfRefund: async (sn: string) => void done.push(`told of ${sn}`),
    log: noLog,
  }) as unknown as ProcessPaymentsNeeds;
  return { needs, done, limits };
}

const release = ['release HSO1 from PMT1'];
const told = ['tell of PMT1', 'accepted PMT1'];
test.each<[string, Payment, string[]]>([
  ['waits', samplePayment(), []],
  ['was paid and not told', samplePaid({ orderAnswer: undefined }), told],
  ['was closed, then paid', samplePaid({ state: 'CLOSED', orderAnswer: undefined }), told],
  ['was accepted', samplePaid(), []],
  ['was refused', samplePaid({ orderAnswer: 'REFUSED' }), release],
  ['failed', samplePayment({ state: 'FAILED' }), release],
  ['was closed', samplePayment({ state: 'CLOSED' }), release],
])('what is left to do for a payment that %s', async (_, payment, steps) => {
  const { needs, done } = service([payment]);
  await processPayment(needs, 'PMT1');
  expect(done).toEqual(steps);
});

test('there is nothing to do for an unknown payment', async () => {
  const { needs, done } = service([]);
  await processPayment(needs, 'PMT1');
  expect(done).toEqual([]);
});

test('a run does what is left for payments and refunds; what fails holds up nothing', async () => {
  const untold = { orderAnswer: undefined };
  const { needs, done, limits } = service([
    samplePaid({ ...untold, sn: 'PMT of a fault' }),
    samplePaid({ ...untold, sn: 'PMT2' }),
  ]);
  expect(await processPayments(needs)).toBe(2);
  expect(done.sort()).toEqual(['accepted PMT2', 'end RFD1', 'tell of PMT2', 'told of RFD1']);
  expect(limits).toEqual([200, [sampleNow, 200]]);
});

test('what a job finds is logged with the id of what made it, and that of the job', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  const untold = { orderAnswer: undefined };
  const { needs } = service([samplePaid(untold), samplePaid({ ...untold, sn: 'PMT of a fault' })]);
  await withLogFields({ requestId: 'job-1' }, () => processPayments({ ...needs, log }));
  expect(lines).toHaveLength(2);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        ...{ msg: 'the order has answered to its money', sn: 'PMT1' },
        ...{ requestId: 'webhook of PMT1', doneBy: 'job-1' },
      }),
      expect.objectContaining({
        ...{ level: 40, sn: 'PMT of a fault' },
        ...{ requestId: 'webhook of PMT of a fault', doneBy: 'job-1' },
      }),
    ]),
  );
});
