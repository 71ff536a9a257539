import { once } from 'node:events';
import { setFailpoints } from '../../runtime/failpoint.ts';
import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startPayment } from '../../subgraphs/payment/server.ts';
import { paymentSettings } from '../../subgraphs/payment/settings.ts';

// The payment service as tests kill it: at a failpoint, in the middle of its work, as `kill -9`
// would. It has its code loaded before it is told the failpoint, and starts then.
const told = once(process, 'message');
process.send?.('loaded');
const [name] = await told;
const settings = readSettings(paymentSettings);
setFailpoints(async (reached) => {
  if (reached === name) process.kill(process.pid, 'SIGKILL');
});
await startPayment(settings, createLog('payment', settings.LOG_LEVEL));
process.send?.('ready');
