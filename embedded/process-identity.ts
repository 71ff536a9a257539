import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process. Its start time tells it from a later process with the same pid. */
export type ProcessIdentity = { pid: number; began: string };

/** The process that has this pid now; undefined if there is none, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const began = process.platform === 'linux' ? beganOnLinux(pid) : beganElsewhere(pid);
  return began ? { pid, began } : undefined;
}

/** Whether this process still runs. */
export const isAlive = ({ pid, began }: ProcessIdentity): boolean => identify(pid)?.began === began;

/** This process. */
export const ourselves = (): ProcessIdentity =>
  identify(process.pid) ?? { pid: process.pid, began: '' };

function beganOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything. Behind it are the state (field 3) and the start
    // time (field 22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function beganElsewhere(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
