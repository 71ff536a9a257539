import { runProcess } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import { readSettings } from '../runtime/settings.ts';
import { startScheduler } from './server.ts';
import { schedulerSettings } from './settings.ts';

await runProcess(async () => {
  const settings = readSettings(schedulerSettings);
  const log = createLog('scheduler', settings.LOG_LEVEL);
  return { ...(await startScheduler(settings, log)), log };
});
