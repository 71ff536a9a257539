import { Gauge, type Registry } from 'prom-client';
import type { OnSkew } from './caller.ts';
import type { Log } from './log.ts';

/** Less than this is nothing to act on. */
const worthALineSeconds = 10;
const onceInMs = 60_000;
const worstForMs = 60_000;

/**
 * Reports how far other services' clocks are from ours: a metric by service, and a warning a minute
 * while it matters.
 */
export function clockSkewReport(metrics: Registry, log: Log): OnSkew {
  const gauge = new Gauge({
    name: 'service_clock_skew_seconds',
    help: 'How far the clock of a caller is ahead of ours, by the worst signature of a minute',
    labelNames: ['caller'],
    registers: [metrics],
  });
  // Several copies call in the name of one service: one wrong clock is not to hide behind the others.
  const worst = new Map<string, { seconds: number; at: number }>();
  const reported = new Map<string, number>();
  return (service, seconds) => {
    const known = worst.get(service);
    const isOld = !known || performance.now() > known.at + worstForMs;
    if (isOld || Math.abs(seconds) >= Math.abs(known.seconds)) {
      worst.set(service, { seconds, at: performance.now() });
      gauge.set({ caller: service }, seconds);
    }
    const quietUntil = (reported.get(service) ?? Number.NEGATIVE_INFINITY) + onceInMs;
    if (Math.abs(seconds) < worthALineSeconds || Date.now() < quietUntil) return;
    reported.set(service, Date.now());
    log.warn({ service, seconds }, 'the clock of a service differs from ours');
  };
}
