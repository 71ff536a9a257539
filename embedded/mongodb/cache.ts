import { homedir } from 'node:os';
import { join } from 'node:path';

/** The directory for built and downloaded servers. All checkouts of this project share it. */
export const cacheDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'homestay-booking');
