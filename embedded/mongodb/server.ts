import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Stop } from '../../runtime/lifecycle.ts';
import { freePort } from '../free-port.ts';
import { type Engine, ProvisionError } from './engine.ts';
import { spawnSupervised } from './supervised-process.ts';

export type RunningServer = {
  port: number;
  /** The process id of the database itself. */
  pid: number;
  /** Resolves when the server has ended, stopped or not. */
  ended: Promise<unknown>;
  stop: Stop;
};

const startLimitMs = 60_000;
const stopLimitMs = 30_000;
const keptLines = 20;

/** Starts an engine's server on the files in `directory`. It ends with our process. */
export async function startServer(engine: Engine, directory: string): Promise<RunningServer> {
  mkdirSync(directory, { recursive: true });
  const child = spawnSupervised(
    engine.command,
    engine.args(directory, engine.picksPort ? 0 : await freePort()),
  );
  const exited = once(child, 'close');
  const output: string[] = [];
  let pid = 0;
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string) => {
      child.stdin.destroy();
      const said = output.length > 0 ? ` It said:\n  ${output.join('\n  ')}` : '';
      reject(new ProvisionError(`${engine.description} ${why}.${said}`));
    };
    const timer = setTimeout(
      () => fail(`did not listen within ${startLimitMs / 1000} s`),
      startLimitMs,
    ).unref();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.startsWith('pid ')) {
          pid = Number(line.slice(4));
          return;
        }
        output.push(line);
        if (output.length > keptLines) output.shift();
        const found = engine.readPort(line);
        if (found) {
          clearTimeout(timer);
          resolve(found);
        }
      });
    }
    child.stdin.on('error', () => {});
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    exited.then(([code]) => fail(`ended at once (code ${code})`));
  });
  const stop: Stop = async () => {
    child.stdin.end();
    const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), stopLimitMs);
    await exited;
    clearTimeout(timer);
  };
  try {
    await engine.prepare?.(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid, ended: exited, stop };
}
