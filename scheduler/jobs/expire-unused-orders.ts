import type { JobNeeds } from '../jobs.ts';

/** Which orders those are is for the order service to know: dates are meant where a homestay lies. */
export async function expireUnusedOrders({ order }: JobNeeds): Promise<void> {
  await order.ask('mutation ExpireUnusedOrders { expireUnusedOrders }');
}
