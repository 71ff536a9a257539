import { runProcess } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startTravel } from './server.ts';
import { travelSettings } from './settings.ts';

await runProcess(async () => {
  const settings = readSettings(travelSettings);
  const log = createLog('travel', settings.LOG_LEVEL);
  return { ...(await startTravel(settings, log)), log };
});
