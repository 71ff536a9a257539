import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { evaluate, keyOf, type Scrape } from './promql.ts';
import { metricsIn, parseExpression, rangeOf, secondsOf } from './promql-parser.ts';

export type AlertRule = {
  alert: string;
  expr: string;
  /** How long the condition must hold before the alert fires; at once without it. */
  for?: string;
  labels?: { severity: 'page' | 'ticket' };
};

const read = (file: string) =>
  parse(readFileSync(new URL(`../../ops/${file}`, import.meta.url), 'utf8'));

/** All rules of `ops/alerts.yml`. */
export const alertRules = read('alerts.yml').groups.flatMap(
  ({ rules }: { rules: AlertRule[] }) => rules,
) as AlertRule[];

/** How `ops/prometheus.yml` has every process scraped, in seconds. */
export const scraping: { every: number; timeout: number } = {
  every: secondsOf(read('prometheus.yml').global.scrape_interval),
  timeout: secondsOf(read('prometheus.yml').global.scrape_timeout),
};

const expressions = alertRules.map(({ expr }) => parseExpression(expr));

/** The metrics that alerts read. */
export const metricsOfAlerts: ReadonlySet<string> = new Set(expressions.flatMap(metricsIn));

/** How many seconds alerts look back. */
export const rangeOfAlerts = Math.max(...expressions.map(rangeOf));

/** The conditions that hold: a rule may hold for several sets of labels. */
const holding = (rules: readonly AlertRule[], scrapes: readonly Scrape[]) =>
  rules.flatMap((rule) =>
    evaluate(rule.expr, scrapes).map(({ labels }) => ({
      alert: rule.alert,
      key: `${rule.alert} ${keyOf(labels)}`,
      forSeconds: rule.for ? secondsOf(rule.for) : 0,
    })),
  );

/**
 * Prometheus' state of alerts. Is given all scrapes, in order of time, after each new one. Returns
 * the alerts that fire now, each with the second from which on it has.
 */
export function alertStates(rules: readonly AlertRule[] = alertRules) {
  let pending = new Map<string, number>();
  let firing = new Map<string, number>();
  return (scrapes: readonly Scrape[]): ReadonlyMap<string, number> => {
    const now = scrapes.at(-1)?.at ?? 0;
    const held = holding(rules, scrapes).map((one) => ({
      ...one,
      since: pending.get(one.key) ?? now,
    }));
    pending = new Map(held.map(({ key, since }) => [key, since]));
    const old = firing;
    firing = new Map(
      held
        .filter(({ since, forSeconds }) => now - since >= forSeconds)
        .map(({ alert }) => [alert, old.get(alert) ?? now]),
    );
    return firing;
  };
}
