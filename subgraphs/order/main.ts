import { runProcess } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startOrder } from './server.ts';
import { orderSettings } from './settings.ts';

await runProcess(async () => {
  const settings = readSettings(orderSettings);
  const log = createLog('order', settings.LOG_LEVEL);
  return { ...(await startOrder(settings, log)), log };
});
