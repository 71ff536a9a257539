import { setTimeout as delay } from 'node:timers/promises';
import type { Stop } from '../runtime/lifecycle.ts';
import {
  alertStates,
  metricsOfAlerts,
  rangeOfAlerts,
  scraping,
} from '../testing/operations/alert-rules.ts';
import type { Scrape } from '../testing/operations/promql.ts';
import { scrape } from '../testing/operations/scrape.ts';
import type { Copy } from './copy.ts';

export type AlertWatch = {
  /** Whether an alert fires now. */
  isFiring(alert: string): boolean;
  /** Every alert that has begun to fire, in order of time. */
  begun: readonly { alert: string; at: number }[];
  stop: Stop;
};

/** Scrapes as `ops/prometheus.yml` says, and evaluates the rules of `ops/alerts.yml`. */
export function watchAlerts(copies: readonly Copy[]): AlertWatch {
  // As there, the sandbox is not scraped.
  const targets = copies.filter(({ service }) => service !== 'sandbox');
  const stopping = new AbortController();
  const states = alertStates();
  const begun: { alert: string; at: number }[] = [];
  let scrapes: Scrape[] = [];
  let firing: ReadonlyMap<string, number> = new Map();

  const look = async () => {
    const { at, samples } = await scrape(targets, scraping.timeout * 1_000);
    const read = samples.filter(({ name }) => metricsOfAlerts.has(name));
    scrapes = [...scrapes.filter((one) => one.at > at - rangeOfAlerts), { at, samples: read }];
    // What a scrape found is known when it has ended.
    const now = Date.now();
    const before = firing;
    firing = states(scrapes);
    for (const alert of firing.keys()) if (!before.has(alert)) begun.push({ alert, at: now });
  };
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const next = Date.now() + scraping.every * 1_000;
      await look();
      const { signal } = stopping;
      await delay(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => {});
    }
  })();
  return {
    isFiring: (alert) => firing.has(alert),
    begun,
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}
