import { runProcess } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import { startGateway } from './server.ts';
import { gatewaySettings } from './settings.ts';

await runProcess(async () => {
  const settings = gatewaySettings();
  const log = createLog('gateway', settings.LOG_LEVEL);
  return { ...(await startGateway(settings, log)), log };
});
