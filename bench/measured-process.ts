import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { imageNodeOptions } from '../deploy/node-options.ts';

/** CPU in microseconds since its start, memory in bytes. */
export type Usage = { cpu: number; memory: number };

/**
 * How late an event loop was, and what share of a processor the process used in percent; and of
 * what is marked as `x-measured`, how long it took to answer it, how long without the time in which
 * it waited for a processor, and how much CPU the process used meanwhile.
 */
export type SinceLast = {
  loop: number;
  busy: number;
  inside?: number;
  running?: number;
  work?: number;
};

/** A process whose use of CPU and memory can be asked for. */
export type MeasuredProcess = {
  usage(): Promise<Usage>;
  /** What its event loop did since this was asked last, each the p99 in milliseconds. */
  sinceLast(): Promise<SinceLast>;
  /** Collects its garbage, so that what was before costs nothing later. */
  collect(): Promise<unknown>;
  stop(): void;
};

export type ProcessNeeds = {
  /** The program, with its arguments. */
  program: string[];
  env: NodeJS.ProcessEnv;
  /** Where it runs; here where nothing is said. */
  cwd?: string;
};

const root = fileURLToPath(new URL('..', import.meta.url));
const reporter = fileURLToPath(new URL('./report-usage.mjs', import.meta.url));

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

export function startMeasured({ program, env, cwd = root }: ProcessNeeds): MeasuredProcess {
  const profile = process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [];
  const compiler = program[0]?.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(
    process.execPath,
    [...profile, ...compiler, '--import', reporter, ...program],
    {
      cwd,
      // All run by the options of an image, peers too.
      env: { NODE_OPTIONS: imageNodeOptions, ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  running.add(child);
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = `${program[0]} ended with ${code ?? signal}`;
  });
  /** Asks the process for something, and takes the answer that has a figure of that name. */
  const asked = <Answer>(question: string, figure: keyof Answer) =>
    new Promise<Answer>((resolve, reject) => {
      if (ended !== undefined) return reject(new Error(ended));
      const listen = (answer: unknown) => {
        if (typeof (answer as Answer)[figure] !== 'number') return;
        child.off('message', listen);
        resolve(answer as Answer);
      };
      child.on('message', listen);
      child.send(question);
    });
  return {
    stop() {
      running.delete(child);
      child.kill();
    },
    usage: () => asked<Usage>('usage', 'cpu'),
    sinceLast: () => asked<SinceLast>('loop', 'loop'),
    collect: () => asked<{ collected: number }>('collect', 'collected'),
  };
}

/** Several processes, measured as if they were one. */
export const together = (processes: readonly MeasuredProcess[]): MeasuredProcess => ({
  async usage() {
    const used = await Promise.all(processes.map((one) => one.usage()));
    const sum = (of: 'cpu' | 'memory') => used.reduce((total, one) => total + one[of], 0);
    return { cpu: sum('cpu'), memory: sum('memory') };
  },
  async sinceLast() {
    const all = await Promise.all(processes.map((one) => one.sinceLast()));
    const most = (of: 'inside' | 'running' | 'work') => {
      const known = all.flatMap((one) => one[of] ?? []);
      return known.length > 0 ? { [of]: Math.max(...known) } : {};
    };
    return {
      loop: Math.max(...all.map((one) => one.loop)),
      busy: all.reduce((total, one) => total + one.busy, 0),
      ...most('inside'),
      ...most('running'),
      ...most('work'),
    };
  },
  collect: () => Promise.all(processes.map((one) => one.collect())),
  stop() {
    for (const one of processes) one.stop();
  },
});

/** Waits until GraphQL is answered. @throws where that takes too long */
export const untilAnswering = (url: string, headers: Record<string, string> = {}): Promise<void> =>
  untilOk(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{ __typename }"}',
  });

/** Waits until a request succeeds. @throws where that takes too long */
export async function untilOk(url: string, init: RequestInit = {}): Promise<void> {
  for (const until = Date.now() + 60_000; ; await new Promise((go) => setTimeout(go, 100))) {
    const answer = await fetch(url, init).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > until) throw new Error(`${url} does not answer`);
  }
}
