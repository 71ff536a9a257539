import { runProcess } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startTravel } from './server.ts';
import { travelSettings } from './settings.ts';

await runProcess(async () => {
  const settings = readSettings(travelSettings);
  const log = createLog('travel', settings.LOG_LEVEL);
  const { url, stop } = await startTravel(settings, log);
  log.info({ url }, 'travel is listening');
  return { stop, log };
});
