import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Operation } from './worst-operations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What 16 clients send, and as whom. */
export type Attack = {
  operation: Operation;
  /** As whom; nobody where there are none. */
  tokens: string[];
  /** The address that they come from, on this machine. */
  address: string;
  /** How often each asks; as soon as it is answered where nothing is said. */
  everyMs?: number;
};

export type Attackers = {
  attack(attack: Attack): void;
  /**
   * They leave.
   * @returns how often they heard which status, and what share of a processor they used in percent
   */
  pause(): Promise<{ heard: Record<string, number>; busy: number }>;
  stop(): void;
};

/**
 * Starts 16 attackers in a process of their own, and waits until it is there, so that its start is
 * not measured with them.
 */
export async function startAttackers(url: string): Promise<Attackers> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/attack/attackers.ts'], {
    cwd: root,
    env: { ...process.env, URL_OF_GATEWAY: url },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  const ended = once(child, 'exit').then(() => {
    throw new Error('the attackers ended');
  });
  // Whoever waits for them is told.
  ended.catch(() => {});
  return {
    attack: (attack) => void child.send(attack),
    async pause() {
      const answered = once(child, 'message');
      child.send('pause');
      const [told] = await Promise.race([answered, ended]);
      return told;
    },
    stop: () => void child.kill(),
  };
}
