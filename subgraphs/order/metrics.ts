import { Counter, type Registry } from 'prom-client';
import { addLogFields, type Log } from '../../runtime/log.ts';
import type { OrderStore } from './store/orders.ts';

/** The same store, but every change of an order is counted by its cause, and logged with the order's `sn`. */
export function countChanges(store: OrderStore, metrics: Registry, log: Log): OrderStore {
  const changes = new Counter({
    name: 'order_state_changes_total',
    help: 'Changes of orders, by cause',
    labelNames: ['cause'],
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
    closeDue: async (now, limit) => {
      const closed = await store.closeDue(now, limit);
      if (closed > 0) {
        changes.inc({ cause: 'DEADLINE_PASSED' }, closed);
        log.info({ cause: 'DEADLINE_PASSED', closed }, 'orders closed');
      }
      return closed;
    },
  };
}
