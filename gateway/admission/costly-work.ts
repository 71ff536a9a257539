import { Gauge, type Registry } from 'prom-client';
import { clientError } from '../../runtime/errors.ts';
import type { GatewaySettings } from '../settings.ts';
import { pace } from './pace.ts';
import { type Turns, turns } from './turns.ts';

export type CostlySettings = Pick<
  GatewaySettings,
  'COSTLY_SHARE' | 'COSTLY_BURST' | 'COSTLY_WAITING' | 'COSTLY_WAITING_PER_CLIENT'
>;

/**
 * What costs much and anybody may send: each client in its turn, and all of it together no more than
 * a share of the gateway's time in the long run. What is registered is not among it.
 */
export type CostlyWork = {
  /**
   * A piece of making an operation ready that this gateway has not met: that blocks the loop, or is
   * done in a thread.
   */
  prepare: Turns;
  /** An operation with a large answer. */
  execute: Turns;
};

/** An operation that takes longer waits for a slow subgraph, and others need not wait for that. */
export const passOnAfterMs = 1_000;

export function costlyWork(settings: CostlySettings, metrics: Registry): CostlyWork {
  const { COSTLY_WAITING: most, COSTLY_WAITING_PER_CLIENT: each } = settings;
  const common = pace({ percent: settings.COSTLY_SHARE, burstMs: settings.COSTLY_BURST });
  const waiting = waitingGauge(metrics);
  const lane = (work: keyof CostlyWork): Turns =>
    turns({
      atOnce: 1,
      waitingCounts: work === 'prepare',
      pace: common,
      passOnAfterMs,
      requireRoom({ all, ofClient }) {
        if (ofClient >= each)
          throw clientError(
            'TOO_MANY_REQUESTS',
            `At most ${each} operations of one client may wait that are new or large.`,
            tryAgain,
          );
        if (all >= most)
          throw clientError(
            'SERVICE_UNAVAILABLE',
            'Too many operations wait that are new or large. Try again in a moment.',
            tryAgain,
          );
      },
      onWaiting: (count) => waiting.set({ work }, count),
    });
  return { prepare: lane('prepare'), execute: lane('execute') };
}

const tryAgain = { 'retry-after': '1' };

const waitingGauge = (metrics: Registry) =>
  new Gauge({
    name: 'gateway_costly_work_waiting',
    help: 'Operations that wait for their turn: to be made ready (prepare) or executed (execute).',
    labelNames: ['work'],
    registers: [metrics],
  });
