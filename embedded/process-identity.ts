import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told from a later one that was given the same number by the moment it began. */
export type ProcessIdentity = { pid: number; began: string };

/** The process that has this number now; undefined where there is none, or only a dead one that nobody has waited for. */
export function identify(pid: number): ProcessIdentity | undefined {
  const began = process.platform === 'linux' ? beganOnLinux(pid) : beganElsewhere(pid);
  return began ? { pid, began } : undefined;
}

/** Whether that very process still runs. */
export const isAlive = ({ pid, began }: ProcessIdentity): boolean => identify(pid)?.began === began;

/** This process. */
export const ourselves = (): ProcessIdentity =>
  identify(process.pid) ?? { pid: process.pid, began: '' };

function beganOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; after it come the state (field 3) and, as field 22, when it began.
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
