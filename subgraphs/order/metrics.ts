import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { databaseGauges } from '../../runtime/database-gauges.ts';
import { addLogFields, type Log } from '../../runtime/log.ts';
import { openSetAside, type SetAside } from '../../runtime/set-aside.ts';
import { singleton } from '../../runtime/single-metric.ts';
import { placedBy } from './domain/order.ts';
import { transitions } from './domain/state.ts';
import type { Outcome } from './domain/webhook.ts';
import type { OnClosed } from './store/close-orders.ts';
import type { OrderStore } from './store/orders.ts';
import type { WebhookStates } from './store/webhook-work.ts';

const changeCounter = (metrics: Registry) =>
  singleton(
    metrics,
    'order_state_changes_total',
    (name) =>
      new Counter({
        name,
        help: 'Changes of orders, by cause',
        labelNames: ['cause'],
        registers: [metrics],
      }),
  );

/** Each change of an order is one line of this text, at `info`. */
const changedLine = 'order changed';

/**
 * Counts and logs orders that their deadline closes, and shows how late each is closed, by the
 * database's clock, whatever started the closing.
 */
export function reportClosed(metrics: Registry, log: Log): OnClosed {
  const changes = changeCounter(metrics);
  const lateness = new Histogram({
    name: 'order_close_lateness_seconds',
    help: 'How long after its deadline an order without an open payment attempt was closed',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
    registers: [metrics],
  });
  const unanswered = new Counter({
    name: 'orders_closed_unanswered_total',
    help: 'Orders closed although a payment attempt of theirs had no answer from its provider',
    registers: [metrics],
  });
  const cause = 'DEADLINE_PASSED' as const;
  const state = transitions[cause].to;
  return (kind, closed, now) => {
    changes.inc({ cause }, closed.length);
    if (kind === 'unanswered') unanswered.inc(closed.length);
    for (const { sn, closeAt, placedBy } of closed) {
      const lateMs = now.getTime() - closeAt.getTime();
      log.info({ sn, cause, state, lateMs, placedBy }, changedLine);
      if (kind === 'due') lateness.observe(Math.max(0, lateMs) / 1_000);
      else log.error({ sn }, 'order closed although no provider has answered about its payment');
    }
  };
}

/**
 * The same store, but every change of an order is counted by its cause, and logged with the order's
 * `sn`.
 */
export function countChanges(store: OrderStore, metrics: Registry, log: Log): OrderStore {
  const changes = changeCounter(metrics);
  return {
    ...store,
    place: async (order, limits) => {
      addLogFields({ sn: order.sn });
      const placed = await store.place(order, limits);
      if (placed === 'placed') {
        const { sn, state, homestayId, closeAt } = order;
        const cause = 'PLACED';
        changes.inc({ cause });
        log.info({ sn, cause, state, homestayId, closeAt }, changedLine);
      }
      return placed;
    },
    change: async (wanted) => {
      addLogFields({ sn: wanted.sn });
      const changed = await store.change(wanted);
      if (changed) {
        const { sn, cause } = wanted;
        changes.inc({ cause });
        log.info({ sn, cause, state: changed.state, placedBy: placedBy(changed) }, changedLine);
      }
      return changed;
    },
  };
}

// Long enough not to try it all the time, short enough for somebody who waits for the mended
// document.
const setAsideMs = 10 * 60_000;

/**
 * Order documents that the database refuses to change: each is reported, and left out for ten
 * minutes.
 */
export function reportSetAside(metrics: Registry, log: Log): SetAside {
  const count = new Counter({
    name: 'order_documents_set_aside_total',
    help: 'Times that an order document could not be changed and was left out',
    registers: [metrics],
  });
  return openSetAside(setAsideMs, (sn, error) => {
    count.inc();
    log.error({ err: error, sn }, 'an order cannot be changed; it is left out until it is mended');
  });
}

/** Counts the messages that are sent to webhooks, by what became of them. */
export function countOutcomes(metrics: Registry): (outcome: Outcome) => void {
  const tries = new Counter({
    name: 'order_webhook_tries_total',
    help: 'Messages sent to webhooks, by whether they arrived',
    labelNames: ['result'],
    registers: [metrics],
  });
  // An increase from nothing is seen by Prometheus only where the series was there before.
  for (const result of ['arrived', 'failed']) tries.inc({ result }, 0);
  return ({ arrived }) => tries.inc({ result: arrived ? 'arrived' : 'failed' });
}

/** Shows how many webhooks have trouble, and how many messages wait for them. */
export const webhookGauges = (metrics: Registry, read: () => Promise<WebhookStates>): void =>
  databaseGauges(metrics, read, [
    {
      name: 'order_webhooks_in_trouble',
      help: 'Webhooks at which nothing arrives: still tried, or turned off',
      labelNames: ['state'],
      show: ({ failing, turnedOff }) => [
        [{ state: 'failing' }, failing],
        [{ state: 'turned off' }, turnedOff],
      ],
    },
    {
      name: 'order_webhook_messages_waiting',
      help: 'Messages that wait for webhooks, whatever for; at most 10,000 are counted',
      show: ({ waiting }) => [[{}, waiting]],
    },
  ]);

/** Shows whether orders close by their deadlines, and says it if they do not. */
export function reportClosing(closing: 'active' | 'paused', metrics: Registry, log: Log): void {
  new Gauge({
    name: 'orders_closing_paused',
    help: '1 while no order closes by its deadline, because CLOSING is paused',
    registers: [metrics],
  }).set(closing === 'paused' ? 1 : 0);
  if (closing === 'paused') log.warn('CLOSING is paused: no order closes by its deadline');
}
