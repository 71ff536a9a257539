import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where servers that were built or downloaded stay, for every checkout of this project. */
export const cacheDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'homestay-booking');
