import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { serve } from '../../testing/serve.ts';
import { peerHome } from '../peers/install.ts';
import { type Closed, dueOrders, untilClosed } from './due-orders.ts';
import { startRedis } from './redis.ts';

/**
 * asynq and Redis, as the original has it: a delayed task for each order, fifty at once, which
 * asks the order service to close it.
 */
export async function asynqTasks(uri: string, count: number): Promise<Closed> {
  const home = await peerHome('asynq');
  const redis = await startRedis();
  const { database, closeAt, sns, close } = await dueOrders(uri, count);
  const orderService = await serve(({ url = '' }, response) => {
    const answer = (status: number) => void response.writeHead(status).end();
    close(url.slice('/'.length)).then(
      () => answer(204),
      () => answer(500),
    );
  });
  const options = {
    redis: `127.0.0.1:${redis.port}`,
    close: `${orderService.url}/`,
    at: closeAt.getTime(),
  };
  const args = Object.entries(options).map(([name, value]) => `-${name}=${value}`);
  const asynq = spawn(join(home, 'asynq'), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const end = () => void asynq.kill();
  process.once('exit', end);
  try {
    Readable.from(sns.map((sn) => `${sn}\n`)).pipe(asynq.stdin);
    await Promise.race([
      once(asynq.stdout, 'data'),
      once(asynq, 'exit').then(() => {
        throw new Error('asynq ended before all tasks were scheduled');
      }),
    ]);
    return await untilClosed(database, closeAt);
  } finally {
    process.off('exit', end);
    const ended = asynq.exitCode === null ? once(asynq, 'exit') : undefined;
    end();
    await ended;
    await orderService.stop();
    redis.stop();
    await database.stop();
  }
}
