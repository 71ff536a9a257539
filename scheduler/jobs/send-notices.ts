import type { JobNeeds } from '../jobs.ts';

/** Travellers are told what has happened, once for each event. */
export async function sendNotices({ payment }: JobNeeds): Promise<void> {
  await payment.ask('mutation SendNotices { sendNotices }');
}
