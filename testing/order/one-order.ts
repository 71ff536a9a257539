import type { Change } from '../../subgraphs/order/domain/change.ts';
import type { Order } from '../../subgraphs/order/domain/order.ts';
import { canChange, transitions } from '../../subgraphs/order/domain/state.ts';
import { sampleNow } from './sample-order.ts';

/**
 * What actions need of a store that holds one order, or none, and every change that they ask for.
 */
export function oneOrder(order: Order | null) {
  const changes: Change[] = [];
  const held = { order };
  return {
    held,
    changes,
    now: async () => sampleNow,
    order: async (sn: string) => (held.order?.sn === sn ? held.order : null),
    change: async (change: Change): Promise<Order | null> => {
      changes.push(change);
      if (!held.order || !canChange(held.order.state, change.cause)) return null;
      const { paymentSn = held.order.paymentSn } = change;
      held.order = { ...held.order, state: transitions[change.cause].to };
      if (paymentSn) held.order.paymentSn = paymentSn;
      return held.order;
    },
  };
}
