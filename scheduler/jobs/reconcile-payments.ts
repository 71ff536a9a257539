import type { JobNeeds } from '../jobs.ts';

/** Money and bookings are compared; each difference is reported, none is repaired behind the back of an operator. */
export async function reconcilePayments({ payment }: JobNeeds): Promise<void> {
  await payment.ask('mutation ReconcilePayments { reconcilePayments }');
}
