import type { Engine } from './engine.ts';

/** The one version that this system has been tried on; cargo and pip get exactly this. */
export const rustVersion = '0.5.3-beta.196';

/** Answers are durable only with `--sync-on-commit`: without it a kill -9 loses transactions that were acknowledged. */
const durably = '--sync-on-commit';

const serverArgs = (directory: string, port: number): string[] => [
  ...['--host', '127.0.0.1', '--port', String(port)],
  ...['--storage-path', directory, '--log-level', 'WARNING', durably],
];

const listening = /listening on \S*?:(\d+)/;

const readPort = (line: string): number | undefined => {
  const port = listening.exec(line)?.[1];
  return port ? Number(port) : undefined;
};

/** SecantusDB's server in Rust, built and ready at `command`. */
export const secantusRust = (command: string): Engine => ({
  name: 'secantusdb-rust',
  description: `SecantusDB ${rustVersion} (speaks MongoDB's protocol)`,
  command,
  args: (directory, port) => [...serverArgs(directory, port), '--cache-size', '512M'],
  readPort,
  picksPort: true,
});
