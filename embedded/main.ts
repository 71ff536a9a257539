import { runProcess } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import { dataDirectory } from './data-dir.ts';
import { firstSteps } from './first-steps.ts';
import { startEmbedded } from './start.ts';
import { asStartupError } from './startup-errors.ts';

/**
 * `npm start`: the whole system on one machine. It logs warnings and errors unless LOG_LEVEL is
 * set.
 */
const env = { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || 'warn' };

await runProcess(async () => {
  const dataDir = dataDirectory(env);
  try {
    const system = await startEmbedded({ dataDir, env, say: console.log });
    const log = createLog('embedded', env.LOG_LEVEL);
    system.onDatabaseFailure(() => {
      console.error('MongoDB has stopped. Start again: acknowledged writes are not lost.');
      process.exit(1);
    });
    console.log(`ready ${system.gatewayUrl}\n`);
    console.log(await firstSteps(system.gatewayUrl, env));
    console.log(`\nThe data is in ${dataDir}. Ctrl+C stops everything.`);
    return { stop: system.stop, log };
  } catch (error) {
    throw asStartupError(error, env);
  }
});
