import { readFile, stat } from 'node:fs/promises';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';

export type FollowSupergraphOptions = {
  file: string;
  /** Serves a supergraph from now on, whole or not at all. @throws what is wrong with it */
  serve: (supergraphSdl: string) => void;
  log: Log;
  lookEveryMs?: number;
};

/**
 * Serves the composed schema in a file, and each new one that is put in its place. One that cannot
 * be served is refused and logged, and the one before goes on serving. The file is polled: file
 * events get lost on network and container mounts.
 * @throws where the first cannot be served
 */
export async function followSupergraph({
  file,
  serve,
  log,
  lookEveryMs = 1_000,
}: FollowSupergraphOptions): Promise<Stop> {
  // Before it is read: one that is put there meanwhile differs from it.
  let seen = await versionOf(file);
  let serving = await readFile(file, 'utf8').catch((error) => {
    throw new Error(`the supergraph cannot be read: ${error.message}`, { cause: error });
  });
  serve(serving);

  const serveNext = async () => {
    try {
      const next = await readFile(file, 'utf8');
      if (next === serving) return;
      serve(next);
      serving = next;
      log.info({ file }, 'serving the new supergraph');
    } catch (error) {
      log.error(
        { err: error, file },
        'the new supergraph is refused, the one before goes on serving',
      );
    }
  };
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = async () => {
    const version = await versionOf(file);
    if (version !== seen) {
      seen = version;
      await serveNext();
    }
    lookLater();
  };
  const lookLater = () => {
    if (!isStopped) timer = setTimeout(look, lookEveryMs).unref();
  };
  lookLater();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/** What changes when another file is put in a file's place, or when it is written anew. */
const versionOf = (file: string): Promise<string> =>
  stat(file).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => 'not there',
  );
