import { expect, test } from '@jest/globals';
import { createLog } from '../../../runtime/log.ts';
import { retryTimes } from '../../../runtime/retry-times.ts';
import type { Payment } from '../domain/payment.ts';
import type { Provider, ProviderPayment } from '../domain/provider.ts';
import { type CloseAttemptsNeeds, closeAttempts } from './close-attempts.ts';

const start = new Date('2026-12-01T04:20:00.000Z');
const paidAt = new Date('2026-12-01T04:19:59.000Z');
const attemptOf = (paymentSn: string) => ({ orderSn: `HSO-${paymentSn}`, paymentSn });
const waiting = (sn: string) =>
  ({
    sn,
    orderSn: `HSO-${sn}`,
    method: 'SANDBOX',
    state: 'WAIT',
    amount: 1,
    currency: 'CNY',
  }) as Payment;

/**
 * Payments whose orders wait for their end, and what the provider answers when one is to be closed.
 */
function service(
  stored: (Payment | string)[],
  answer: (sn: string) => ProviderPayment | Error = () => ({ state: 'CLOSED' }),
) {
  const payments = new Map(
    stored.flatMap((one) => (typeof one === 'string' ? [] : [[one.sn, one] as const])),
  );
  let attempts = stored.map((one) => attemptOf(typeof one === 'string' ? one : one.sn));
  const log: string[] = [];
  const clock = { now: start };
  const update = (sn: string, change: Partial<Payment>) => {
    payments.set(sn, { ...(payments.get(sn) as Payment), ...change });
    return payments.get(sn) as Payment;
  };
  const endOf = (sn: string) => {
    attempts = attempts.filter(({ paymentSn }) => paymentSn !== sn);
  };
  const provider = {
    methods: ['SANDBOX'],
    close: async ({ sn }: { sn: string }) => {
      log.push(`close ${sn}`);
      const said = answer(sn);
      if (said instanceof Error) throw said;
      return said;
    },
  } as unknown as Provider;
  const needs = {
    now: async () => clock.now,
    log: createLog('test', 'silent'),
    providers: { sandbox: provider },
    payment: async (sn: string) => payments.get(sn) ?? null,
    markPaid: async (sn: string) => update(sn, { state: 'SUCCESS', paidAt }),
    endPayment: async (ended: string | { sn: string }) =>
      update(typeof ended === 'string' ? ended : ended.sn, { state: 'CLOSED' }),
    markOrderPaid: async ({ sn }: Payment) => {
      log.push(`paid ${sn}`);
      endOf(sn);
      return 'ACCEPTED' as const;
    },
    acceptMoney: async (sn: string) => Boolean(update(sn, { orderAnswer: 'ACCEPTED' })),
    refuseMoney: async () => true,
    attemptsToClose: async (after: string, first: number) =>
      attempts.filter(({ orderSn }) => orderSn > after).slice(0, first),
    releaseOrderFromPayment: async ({ paymentSn }: { paymentSn: string }) => {
      log.push(`release ${paymentSn}`);
      endOf(paymentSn);
    },
    attemptRetries: retryTimes(1_000, 60_000),
    closing: { after: '', budgetMs: 3_000 },
    onlyRunClosing: <T>(work: () => Promise<T>) => work(),
  } as unknown as CloseAttemptsNeeds;
  return { log, clock, needs, run: () => closeAttempts(needs), left: () => attempts.length };
}

test('an attempt is closed at its provider before its order is released', async () => {
  const { run, log } = service([waiting('PMT1')]);
  expect(await run()).toBe(1);
  expect(log).toEqual(['close PMT1', 'release PMT1']);
});

test('an attempt that turns out to be paid pays its order, which does not close', async () => {
  const success = { state: 'SUCCESS' as const, paidAt, amount: 1, currency: 'CNY' };
  const { run, log } = service([waiting('PMT1')], () => success);
  expect(await run()).toBe(1);
  expect(log).toEqual(['close PMT1', 'paid PMT1']);
});

test.each([
  ['CLOSED', {}],
  ['FAILED', {}],
  ['SUCCESS', { paidAt, orderAnswer: 'REFUSED' }],
] as const)('an attempt that is %s already only releases its order', async (state, more) => {
  const { run, log } = service([{ ...waiting('PMT1'), state, ...more } as Payment]);
  await run();
  expect(log).toEqual(['release PMT1']);
});

test('the order learns of money that has arrived', async () => {
  const { run, log } = service([{ ...waiting('PMT1'), state: 'SUCCESS', paidAt }]);
  await run();
  expect(log).toEqual(['paid PMT1']);
});

test('an attempt that was never stored releases its order', async () => {
  const { run, log } = service(['PMT1']);
  await run();
  expect(log).toEqual(['release PMT1']);
});

test.each([
  ['has not decided yet', (): ProviderPayment => ({ state: 'WAIT' })],
  ['does not answer', () => new Error('no answer')],
])('a provider that %s keeps only its own orders, and is asked again later each time', async (_title, answer) => {
  const { run, log, clock, left } = service([waiting('PMT1'), waiting('PMT2')], (sn) =>
    sn === 'PMT1' ? answer() : { state: 'CLOSED' },
  );
  expect(await run()).toBe(1);
  expect([...log].sort()).toEqual(['close PMT1', 'close PMT2', 'release PMT2']);
  log.length = 0;
  for (const [ms, asked] of [
    [999, 0],
    [1_000, 1],
    [2_999, 1],
    [3_000, 2],
  ] as const) {
    clock.now = new Date(start.getTime() + ms);
    await run();
    expect(log).toHaveLength(asked);
  }
  expect(left()).toBe(1);
});

test('what has ended is not waited for any longer, and what has failed is', async () => {
  const retries: string[] = [];
  const { needs } = service([waiting('PMT1'), waiting('PMT2')], (sn) =>
    sn === 'PMT1' ? new Error('no answer') : { state: 'CLOSED' },
  );
  const attemptRetries = {
    isDue: () => true,
    failed: (sn: string, now: Date) => void retries.push(`failed ${sn} ${now.toISOString()}`),
    succeeded: (sn: string) => void retries.push(`succeeded ${sn}`),
  };
  await closeAttempts({ ...needs, attemptRetries });
  expect(retries.sort()).toEqual([`failed PMT1 ${start.toISOString()}`, 'succeeded PMT2']);
});

test('an attempt whose order cannot be released yet is tried again', async () => {
  const { needs, left } = service(['PMT1']);
  const releaseOrderFromPayment = () => Promise.reject(new Error('no answer'));
  expect(await closeAttempts({ ...needs, releaseOrderFromPayment })).toBe(0);
  expect(left()).toBe(1);
  expect(needs.attemptRetries.isDue('PMT1', start)).toBe(false);
});

test('many attempts are all ended, whatever the size of a page', async () => {
  const sns = Array.from({ length: 1_100 }, (_, i) => `PMT${String(i).padStart(5, '0')}`);
  const { run, left } = service(sns);
  expect(await run()).toBe(1_100);
  expect(left()).toBe(0);
});

test('A8: when time is up, the next run goes on behind those that a slow provider kept', async () => {
  const slow = Array.from({ length: 60 }, (_, i) => `PMT${100 + i}`);
  const { needs, left } = service([...slow.map(waiting), waiting('PMT999')]);
  const close = async ({ sn }: { sn: string }): Promise<ProviderPayment> => {
    if (sn === 'PMT999') return { state: 'CLOSED' };
    await new Promise((resolve) => setTimeout(resolve, 60));
    return { state: 'WAIT' };
  };
  const provider = { methods: ['SANDBOX'], close } as unknown as Provider;
  // Each run has time for twenty, and these are due again at once.
  const attemptRetries = retryTimes(0, 0);
  const closing = { after: '', budgetMs: 30 };
  for (let run = 0; run < 5; run += 1)
    await closeAttempts({ ...needs, providers: { sandbox: provider }, attemptRetries, closing });
  expect(left()).toBe(60);
});

test('a run while another one is under way does nothing', async () => {
  const { needs, log } = service([waiting('PMT1')]);
  expect(await closeAttempts({ ...needs, onlyRunClosing: async () => null })).toBe(0);
  expect(log).toEqual([]);
});
