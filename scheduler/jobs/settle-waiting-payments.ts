import type { JobNeeds } from '../jobs.ts';

/** Attempts of closed orders are closed at their provider; payments that wait for long are asked about. */
export async function settleWaitingPayments({ payment }: JobNeeds): Promise<void> {
  await payment.ask('mutation SettleWaitingPayments { settleWaitingPayments }');
}
