import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/**
 * Runs a command, and ends it and its children when standard input closes. The pipe closes when our
 * process ends, even by kill -9. The first line of output is `pid` and the command's process id.
 * The command has its own process group, so that Ctrl+C in the terminal does not stop a database
 * before the processes that write to it.
 */
const script = `
exec 3<&0
trap : TERM
"$0" "$@" 3<&- </dev/null &
command=$!
echo "pid $command"
{ while read -r ignored <&3; do :; done; kill -TERM 0; } 2>/dev/null &
watch=$!
while :; do
  wait "$command"; code=$?
  kill -0 "$command" 2>/dev/null || break
done
kill "$watch" 2>/dev/null
exit "$code"
`;

export type SupervisedProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a command that ends with our process. Closing its standard input stops it. */
export const spawnSupervised = (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): SupervisedProcess =>
  spawn('/bin/sh', ['-c', script, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env,
  });
