import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Copy, openCopy } from '../../chaos/copy.ts';
import { freePort } from '../../embedded/free-port.ts';
import type { OnFailpoint } from '../../runtime/failpoint.ts';
import { startWithStack } from '../../runtime/lifecycle.ts';
import { portSetting } from '../../runtime/services.ts';
import { eventually } from '../eventually.ts';
import { type LossyWay, startLossyWay } from '../lossy-way.ts';
import { stripeCustomer } from '../providers/customers.ts';
import { startTestSystem, withoutScheduler } from '../system.ts';

const doubled = ['order', 'payment'] as const;
/** Together just less than what services tolerate of each other. */
const skewsMs = [50_000, -55_000];

export type FaultySystem = Awaited<ReturnType<typeof startFaultySystem>>;

/**
 * The product with every kind of trouble. Of the order and the payment service there are two
 * each: one in this process, whose tasks end or pause at failpoints, and a process of its own,
 * whose clock is wrong, and which can be stopped and killed. Requests to them and to the providers
 * get lost.
 * @param homestays how many there are
 */
export const startFaultySystem = (homestays: number) =>
  startWithStack(async (stack) => {
    const copies = {} as Record<(typeof doubled)[number], Copy>;
    const ports = { order: await freePort(), payment: await freePort(), sandbox: await freePort() };
    const here = (name: keyof typeof ports) => `http://127.0.0.1:${ports[name]}`;
    const balanced = (name: (typeof doubled)[number]) => {
      let turn = 0;
      return () => {
        turn += 1;
        return turn % 2 === 0 && serving.has(name) ? copies[name].url : here(name);
      };
    };
    const serving = new Set<string>();
    const ways = {} as Record<'order' | 'payment' | 'sandbox' | 'stripe', LossyWay>;
    for (const name of doubled) ways[name] = stack.use(await startLossyWay(balanced(name)));
    ways.sandbox = stack.use(await startLossyWay(() => here('sandbox')));
    const customer = await stripeCustomer(ways.payment.url);
    stack.defer(customer.simulator.stop);
    ways.stripe = stack.use(await startLossyWay(() => customer.simulator.url));

    const failpoints = openFailpoints();
    const system = stack.use(
      await startTestSystem({
        parts: withoutScheduler.filter((name) => name !== 'payment'),
        homestays,
        env: {
          ...customer.env,
          ...Object.fromEntries(
            Object.entries(ports).map(([name, port]) => [
              portSetting(name as keyof typeof ports),
              `${port}`,
            ]),
          ),
          PAYMENT_PROVIDERS: 'sandbox,stripe',
          PAYMENT_PUBLIC_URL: ways.payment.url,
          STRIPE_URL: ways.stripe.url,
          QUERY_WAITING_AFTER: '1ms',
          QUERY_ENDED_AFTER: '1ms',
          PROVIDER_TIMEOUT: '500ms',
          // A few people do everything.
          OPERATIONS_PER_USER: '100000',
        },
        addresses: {
          ORDER_URL: ways.order.url,
          PAYMENT_URL: ways.payment.url,
          SANDBOX_URL: ways.sandbox.url,
        },
      }),
    );
    const folder = mkdtempSync(join(tmpdir(), 'homestay-random-'));
    stack.defer(async () => rmSync(folder, { recursive: true, force: true }));
    for (const service of doubled) {
      const env = { PATH: process.env.PATH, ...system.env };
      copies[service] = await openCopy({ service, number: 2 }, env, folder);
      stack.defer(copies[service].kill);
    }
    const startCopies = () =>
      Promise.all(
        doubled.map(async (name, index) => {
          const copy = copies[name];
          await copy.start(skewsMs[index]);
          // On a machine that others use too, a start takes minutes.
          await eventually(copy.isReady, 300_000);
          serving.add(name);
        }),
      );
    const restartPayment = async () => {
      await system.payment.stop();
      await system.payment.start(failpoints.reach);
    };
    await restartPayment();
    await startCopies();
    return {
      system,
      ways,
      failpoints,
      stripe: customer.simulator,
      /** Stops a process. It goes on after a while. */
      freeze(service: (typeof doubled)[number], ms: number) {
        copies[service].pause();
        return new Promise<void>((resolve) =>
          setTimeout(() => resolve(copies[service].resume()), ms),
        );
      },
      /** Kills the processes with wrong clocks, and starts them with the opposite ones. */
      async killCopies(): Promise<void> {
        serving.clear();
        await Promise.all(Object.values(copies).map((copy) => copy.kill()));
        skewsMs.reverse();
        await startCopies();
      },
      restartPayment,
    };
  });

/** Tasks end or pause at failpoints, whichever task comes to the one that is due. */
function openFailpoints() {
  const kills: number[] = [];
  const pauses: { left: number; ms: number }[] = [];
  const happened = { killed: 0, paused: 0 };
  const reach: OnFailpoint = async (name) => {
    for (const pause of pauses) pause.left -= 1;
    const wait = pauses.find(({ left }) => left <= 0);
    if (wait) {
      pauses.splice(pauses.indexOf(wait), 1);
      happened.paused += 1;
      await new Promise((resolve) => setTimeout(resolve, wait.ms));
    }
    for (let index = 0; index < kills.length; index += 1)
      kills[index] = (kills[index] as number) - 1;
    const due = kills.findIndex((left) => left <= 0);
    if (due < 0) return;
    kills.splice(due, 1);
    happened.killed += 1;
    throw new Error(`killed: ${name}`);
  };
  return {
    happened,
    reach,
    /** A task ends after so many more failpoints. */
    kill: (failpoints: number) => void kills.push(failpoints),
    /** A task pauses after so many more failpoints. */
    pause: (left: number, ms: number) => void pauses.push({ left, ms }),
    clear() {
      kills.length = 0;
      pauses.length = 0;
    },
  };
}
