import { runProcess } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import { readSettings } from '../runtime/settings.ts';
import { startSandbox } from './server.ts';
import { sandboxSettings } from './settings.ts';

await runProcess(async () => {
  const settings = readSettings(sandboxSettings);
  const log = createLog('sandbox', settings.LOG_LEVEL);
  return { ...(await startSandbox(settings, log)), log };
});
