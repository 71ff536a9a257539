import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createLog } from '../runtime/log.ts';
import { jobMetrics } from './metrics.ts';
import { type RunJobNeeds, runJob } from './run-job.ts';

/** Services that note what they are asked, and answer as `answer` does. */
function world(answer: () => Promise<unknown> = async () => ({ done: null })) {
  const asked: [service: string, query: string][] = [];
  const registry = new Registry();
  const service = (name: string) => ({
    ask: <Data>(query: string) => {
      asked.push([name, query]);
      return answer() as Promise<Data>;
    },
  });
  const needs: RunJobNeeds = {
    services: { order: service('order'), payment: service('payment') },
    metrics: jobMetrics(registry),
    log: createLog('test', 'silent'),
  };
  return { asked, needs, metrics: () => registry.metrics() };
}

test('a job asks its service once', async () => {
  const { asked, needs, metrics } = world();
  await runJob(needs, { name: 'reconcile-payments', id: '1' });
  expect(asked).toEqual([['payment', 'mutation ReconcilePayments { reconcilePayments }']]);
  expect(await metrics()).toContain('jobs_total{job_name="reconcile-payments",result="done"} 1');
});

test('a job whose service does not answer fails, is counted, and so runs again', async () => {
  const { needs, metrics } = world(() => Promise.reject(new Error('no answer')));
  await expect(runJob(needs, { name: 'sweep-orders', id: '1' })).rejects.toThrow('no answer');
  expect(await metrics()).toContain('jobs_total{job_name="sweep-orders",result="failed"} 1');
  expect(await metrics()).not.toContain('result="done"');
});

test('the lateness of a job that has a deadline is observed', async () => {
  const { needs, metrics } = world();
  await runJob(needs, { name: 'close-orders', id: '1', deadline: new Date(Date.now() - 3_000) });
  expect(await metrics()).toContain(
    'job_lateness_seconds_bucket{le="2",job_name="close-orders"} 0',
  );
  expect(await metrics()).toContain(
    'job_lateness_seconds_bucket{le="5",job_name="close-orders"} 1',
  );
});

/** A clock of which only waiting and answering take time. */
function ownTime() {
  let now = 0;
  const pass = async (ms: number) => {
    now += ms;
  };
  return { clock: { now: () => now, wait: pass }, pass };
}

test("A9: a job that starts early asks again at its deadline, by the database's clock", async () => {
  const { clock } = ownTime();
  const times: number[] = [];
  const { asked, needs } = world(async () => {
    times.push(clock.now());
    return { closeDueOrders: { dueInMs: times.length === 1 ? 50 : 0 } };
  });
  const deadline = new Date('2026-12-01T04:20:00.000Z');
  await runJob({ ...needs, clock }, { name: 'close-orders', id: '1', deadline });
  expect(asked).toHaveLength(2);
  expect(times).toEqual([0, 50]);
});

test('A9: an answer that is long on its way does not make the job late', async () => {
  const { clock, pass } = ownTime();
  const times: number[] = [];
  const { needs } = world(async () => {
    times.push(clock.now());
    const dueInMs = Math.max(0, 500 - clock.now());
    if (dueInMs > 0) await pass(300);
    return { closeDueOrders: { dueInMs } };
  });
  await runJob({ ...needs, clock }, { name: 'close-orders', id: '1', deadline: new Date() });
  expect(times).toEqual([0, 500]);
});

test('a job does not wait for a clock that is far behind', async () => {
  const { asked, needs } = world(async () => ({ closeDueOrders: { dueInMs: 5_001 } }));
  await runJob(needs, { name: 'close-orders', id: '1', deadline: new Date() });
  expect(asked).toHaveLength(1);
});

test('a job that starts before its deadline is not late', async () => {
  const { needs, metrics } = world();
  await runJob(needs, { name: 'close-orders', id: '1', deadline: new Date(Date.now() + 60_000) });
  expect(await metrics()).toContain('job_lateness_seconds_sum{job_name="close-orders"} 0');
});

test('the lateness of a recurring job is not observed', async () => {
  const { needs, metrics } = world();
  await runJob(needs, { name: 'sweep-orders', id: '1' });
  expect(await metrics()).not.toContain('job_lateness_seconds_count{job_name="sweep-orders"}');
});
