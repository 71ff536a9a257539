import type { JobNeeds } from '../jobs.ts';

/** Whatever a stream of changes missed or a provider did not answer: payments and refunds go on from where they stand. */
export async function advancePayments({ payment }: JobNeeds): Promise<void> {
  await payment.ask('mutation AdvancePayments { advancePayments }');
}
