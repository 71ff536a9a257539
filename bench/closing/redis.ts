import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../../embedded/free-port.ts';

/**
 * Starts a Redis of its own, in memory alone: the fastest that it can be.
 * @throws where there is no `redis-server`
 */
export async function startRedis(): Promise<{ port: number; stop(): void }> {
  if (spawnSync('redis-server', ['--version']).error)
    throw new Error('there is no redis-server here');
  const port = await freePort();
  const inMemory = ['--appendonly', 'no', '--save', ''];
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', ...inMemory],
    {
      stdio: 'ignore',
    },
  );
  process.once('exit', () => child.kill());
  for (const until = Date.now() + 10_000; !(await accepts(port)); ) {
    if (Date.now() > until) throw new Error('redis-server did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { port, stop: () => void child.kill() };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
