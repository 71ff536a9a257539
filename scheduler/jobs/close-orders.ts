import type { JobNeeds } from '../jobs.ts';

/** The order service closes whatever is due by the database's clock, so it does not matter which deadline rang, or how often. */
export async function closeOrders({ order }: JobNeeds): Promise<void> {
  await order.ask('mutation CloseDueOrders { closeDueOrders { closed } }');
}
