import type { Engine, EngineName } from './engine.ts';

/**
 * SecantusDB is a server of MongoDB's protocol over WiredTiger. These are the tested versions. Its
 * licence is GPL-2.0, so it runs as a separate process and is not part of this project.
 */
export const rustVersion = '0.5.3-beta.196';
export const pythonVersion = '0.7.0b3';

const listening = /listening on \S*:(\d+)\s*$/;

const secantusDb = (
  name: EngineName,
  description: string,
  command: string,
  logLevel: string,
): Engine => ({
  name,
  description,
  command,
  args: (directory, port) => [
    ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', directory],
    ...['--log-level', logLevel, '--cache-size', '512M'],
    // Otherwise a kill -9 loses transactions that were acknowledged with `w: majority, j: true`.
    '--sync-on-commit',
  ],
  picksPort: true,
  readPort: (line) => {
    const port = listening.exec(line)?.[1];
    return port ? Number(port) : undefined;
  },
});

/** The server in Rust. */
export const secantusRust = (command: string): Engine =>
  secantusDb('secantusdb-rust', `SecantusDB ${rustVersion}`, command, 'WARNING');

/** The server in Python, half to a third as fast. It prints its port only at the level INFO. */
export const secantusPython = (command: string): Engine =>
  secantusDb('secantusdb-python', `SecantusDB ${pythonVersion} (Python)`, command, 'INFO');
