import { setFailpoints } from '../../runtime/failpoint.ts';
import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startPayment } from '../../subgraphs/payment/server.ts';
import { paymentSettings } from '../../subgraphs/payment/settings.ts';

// The payment service as tests kill it: at a failpoint, in the middle of its work, as `kill -9`
// would.
const name = process.argv[2];
const settings = readSettings(paymentSettings);
setFailpoints(async (reached) => {
  if (reached === name) process.kill(process.pid, 'SIGKILL');
});
await startPayment(settings, createLog('payment', settings.LOG_LEVEL));
process.send?.('ready');
