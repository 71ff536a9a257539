import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../embedded/free-port.ts';
import { portSetting, type ServiceName, services } from '../runtime/services.ts';
import { compiled } from '../testing/compiled.ts';

type Env = Record<string, string | undefined>;

/** One process of a service, that can be killed, frozen and started again at the same port. */
export type Copy = {
  name: string;
  service: ServiceName;
  port: number;
  url: string;
  isRunning(): boolean;
  /** Whether it serves. */
  isReady(): Promise<boolean>;
  /** Resolves when it serves. */
  start(skewMs?: number): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
};

const startLimitMs = 120_000;
const lookEveryMs = 100;

/** @param folder where its log is written */
export async function openCopy(
  { service, number }: { service: ServiceName; number: number },
  env: Env,
  folder: string,
): Promise<Copy> {
  const port = await freePort();
  const name = `${service}-${number}`;
  const url = `http://127.0.0.1:${port}`;
  const log = createWriteStream(join(folder, `${name}.log`));
  let child: ChildProcess | undefined;

  const isReady = () =>
    fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ status }) => status === 200,
      () => false,
    );
  return {
    ...{ name, service, port, url },
    isReady,
    isRunning: () => child !== undefined,
    async start(skewMs = 0) {
      const skew = skewMs === 0 ? [] : ['--import', pathToFileURL(compiled('chaos/skew.ts')).href];
      const main = compiled(`${services[service].folder}/main.ts`);
      const started = spawn(process.execPath, [...skew, main], {
        env: { ...env, [portSetting(service)]: String(port), CHAOS_SKEW_MS: String(skewMs) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      for (const output of [started.stdout, started.stderr]) output.pipe(log, { end: false });
      started.once('close', () => {
        if (child === started) child = undefined;
      });
      // A process whose clock is refused never becomes ready.
      const end = Date.now() + (skewMs === 0 ? startLimitMs : 5_000);
      while (!(await isReady()) && Date.now() < end && child === started)
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      if (child !== started) throw new Error(`${name} has ended; see its log in ${folder}`);
    },
    async kill() {
      const ending = child;
      child = undefined;
      if (!ending) return;
      const closed = new Promise((resolve) => ending.once('close', resolve));
      ending.kill('SIGKILL');
      await closed;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}
