import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { type Closed, dueOrders, untilClosed } from './due-orders.ts';

/** Agenda as it comes: a job for each order. */
export async function agendaJobs(uri: string, count: number): Promise<Closed> {
  const { database, closeAt, sns, close } = await dueOrders(uri, count);
  const backend = new MongoBackend({ mongo: database.db, collection: 'jobs' });
  const agenda = new Agenda({
    backend,
    processEvery: 1_000,
    defaultLockLimit: 50,
    removeOnComplete: true,
  });
  agenda.define('close-order', async (run) => {
    await close((run.attrs.data as { sn: string }).sn);
  });
  await agenda.ready;
  for (const sn of sns) await agenda.schedule(closeAt, 'close-order', { sn });
  await agenda.start();
  const closed = await untilClosed(database, closeAt);
  await agenda.drain();
  await database.stop();
  return closed;
}
