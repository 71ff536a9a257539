import { runProcess } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startPayment } from './server.ts';
import { paymentSettings } from './settings.ts';

await runProcess(async () => {
  const settings = readSettings(paymentSettings);
  const log = createLog('payment', settings.LOG_LEVEL);
  return { ...(await startPayment(settings, log)), log };
});
