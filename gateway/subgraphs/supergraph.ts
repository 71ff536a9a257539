import { readFile, stat } from 'node:fs/promises';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';

export type FollowSupergraphOptions = {
  file: string;
  /** Serves a supergraph from now on, whole or not at all. @throws what is wrong with it */
  serve: (supergraphSdl: string) => void;
  log: Log;
  lookEveryMs?: number;
  read?: (file: string) => Promise<string>;
};

const readText = (file: string) => readFile(file, 'utf8');

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
  read = readText,
}: FollowSupergraphOptions): Promise<Stop> {
  // Before it is read: one that is put there meanwhile differs from it.
  let seen = await versionOf(file);
  let serving = await read(file).catch((error) => {
    throw new Error(`the supergraph cannot be read: ${error.message}`, { cause: error });
  });
  serve(serving);

  const refuse = (error: unknown) =>
    log.error(
      { err: error, file },
      'the new supergraph is refused, the one before goes on serving',
    );
  const serveNext = (next: string) => {
    if (next === serving) return;
    try {
      serve(next);
      serving = next;
      log.info({ file }, 'serving the new supergraph');
    } catch (error) {
      refuse(error);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** What could not be read is read again at each look, and logged once. */
  let unreadable: string | undefined;
  const look = async () => {
    const version = await versionOf(file);
    if (version !== seen) {
      try {
        const next = await read(file);
        if (isStopped) return;
        seen = version;
        unreadable = undefined;
        serveNext(next);
      } catch (error) {
        if (version !== unreadable) refuse(error);
        unreadable = version;
      }
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
