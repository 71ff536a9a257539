import { Counter, Gauge, type Registry } from 'prom-client';
import { addLogFields, type Log } from '../../runtime/log.ts';
import { openSetAside, type SetAside } from '../../runtime/set-aside.ts';
import type { OrderStore } from './store/orders.ts';

/**
 * The same store, but every change of an order is counted by its cause, and logged with the order's
 * `sn`.
 */
export function countChanges(store: OrderStore, metrics: Registry, log: Log): OrderStore {
  const changes = new Counter({
    name: 'order_state_changes_total',
    help: 'Changes of orders, by cause',
    labelNames: ['cause'],
    registers: [metrics],
  });
  const unanswered = new Counter({
    name: 'orders_closed_unanswered_total',
    help: 'Orders closed although a payment attempt of theirs had no answer from its provider',
    registers: [metrics],
  });
  return {
    ...store,
    place: async (order, limits) => {
      addLogFields({ sn: order.sn });
      const placed = await store.place(order, limits);
      if (placed === 'placed') {
        changes.inc({ cause: 'PLACED' });
        log.info({ homestayId: order.homestayId, closeAt: order.closeAt }, 'order placed');
      }
      return placed;
    },
    change: async (wanted) => {
      addLogFields({ sn: wanted.sn });
      const changed = await store.change(wanted);
      if (changed) {
        changes.inc({ cause: wanted.cause });
        log.info({ cause: wanted.cause, state: changed.state }, 'order changed');
      }
      return changed;
    },
    closeDue: async (which) => {
      const closed = await store.closeDue(which);
      if (closed instanceof Error || closed === 0) return closed;
      changes.inc({ cause: 'DEADLINE_PASSED' }, closed);
      if (which.kind === 'due') log.info({ cause: 'DEADLINE_PASSED', closed }, 'orders closed');
      else {
        unanswered.inc(closed);
        log.error(
          { closed },
          'orders closed although no provider has answered about their payments',
        );
      }
      return closed;
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

/** Shows whether orders close by their deadlines, and says it if they do not. */
export function reportClosing(closing: 'active' | 'paused', metrics: Registry, log: Log): void {
  new Gauge({
    name: 'orders_closing_paused',
    help: '1 while no order closes by its deadline, because CLOSING is paused',
    registers: [metrics],
  }).set(closing === 'paused' ? 1 : 0);
  if (closing === 'paused') log.warn('CLOSING is paused: no order closes by its deadline');
}
