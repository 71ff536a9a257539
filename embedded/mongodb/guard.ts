import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/**
 * Runs a command and ends it, with everything it has started, when its standard input ends: that pipe breaks when we die,
 * however we die, kill -9 included. The first line of output is `guarded` and the command's process id. A process group of
 * its own keeps a Ctrl+C in the terminal from reaching a database before those who still write to it have stopped.
 */
const script = `
exec 3<&0
trap : TERM
"$0" "$@" 3<&- </dev/null &
command=$!
echo "guarded $command"
{ while read -r ignored <&3; do :; done; kill -TERM 0; } 2>/dev/null &
watch=$!
while :; do
  wait "$command"; code=$?
  kill -0 "$command" 2>/dev/null || break
done
kill "$watch" 2>/dev/null
exit "$code"
`;

export type Guarded = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a command that does not outlive us. Ending its standard input stops it. */
export const spawnGuarded = (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Guarded =>
  spawn('/bin/sh', ['-c', script, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env,
  });
