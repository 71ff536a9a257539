import { once } from 'node:events';
import { eachPiece } from './output.ts';
import { spawnSupervised } from './supervised-process.ts';

export type Tool = {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Called with each piece of output: a line, or one state of a progress bar. */
  onOutput?: (output: string) => void;
  /** The time in ms after which it is ended. */
  limitMs?: number;
};

const keptLines = 6;

/**
 * Runs a command until it ends. It ends with our process. Returns what went wrong, or undefined.
 */
export async function runTool({
  command,
  args,
  env,
  onOutput,
  limitMs,
}: Tool): Promise<string | undefined> {
  const child = spawnSupervised(command, args, env);
  const last: string[] = [];
  eachPiece(child, (piece) => {
    onOutput?.(piece);
    if (piece.trim() !== '') last.push(piece.trim());
    if (last.length > keptLines) last.shift();
  });
  let late = false;
  const timer = limitMs
    ? setTimeout(() => {
        late = true;
        child.stdin.end();
      }, limitMs)
    : undefined;
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (late) return `took longer than ${(limitMs ?? 0) / 1000} s`;
  return code === 0 ? undefined : `failed:\n      ${last.join('\n      ')}`;
}
