import { once } from 'node:events';
import { spawnGuarded } from './guard.ts';
import { eachPiece } from './output.ts';

export type Tool = {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Gets every piece of output: a line, or what a progress bar draws over the line. */
  onOutput?: (output: string) => void;
  /** How long it may take, in ms; ended then. */
  limitMs?: number;
};

const keptLines = 6;

/** Runs a command to its end, and ends it when we end. Returns undefined, or in half a sentence what went wrong. */
export async function runTool({
  command,
  args,
  env,
  onOutput,
  limitMs,
}: Tool): Promise<string | undefined> {
  const child = spawnGuarded(command, args, env);
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
