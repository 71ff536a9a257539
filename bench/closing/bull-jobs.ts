import { createRequire } from 'node:module';
import { peerHome } from '../peers/install.ts';
import { type Closed, dueOrders, untilClosed } from './due-orders.ts';
import { startRedis } from './redis.ts';

/** The parts of BullMQ that are used here: it is no dependency, and so without its types. */
type Bull = {
  Queue: new (
    name: string,
    options: object,
  ) => {
    addBulk(jobs: { name: string; data: unknown; opts: object }[]): Promise<unknown>;
    close(): Promise<void>;
  };
  Worker: new (
    name: string,
    work: (job: { data: { sn: string } }) => Promise<unknown>,
    options: object,
  ) => { close(): Promise<void> };
};

/** BullMQ and Redis: a delayed job for each order, fifty at once. */
export async function bullJobs(uri: string, count: number): Promise<Closed> {
  const redis = await startRedis();
  try {
    const bull = createRequire(`${await peerHome('queues')}/`)('bullmq') as Bull;
    const { database, closeAt, sns, close } = await dueOrders(uri, count);
    const connection = { host: '127.0.0.1', port: redis.port };
    const queue = new bull.Queue('close-order', { connection });
    const opts = { delay: closeAt.getTime() - Date.now(), removeOnComplete: true, attempts: 5 };
    for (let from = 0; from < sns.length; from += 1_000) {
      const some = sns.slice(from, from + 1_000);
      await queue.addBulk(some.map((sn) => ({ name: 'close', data: { sn }, opts })));
    }
    const options = { connection, concurrency: 50 };
    const worker = new bull.Worker('close-order', ({ data: { sn } }) => close(sn), options);
    const closed = await untilClosed(database, closeAt);
    await worker.close();
    await queue.close();
    await database.stop();
    return closed;
  } finally {
    redis.stop();
  }
}
