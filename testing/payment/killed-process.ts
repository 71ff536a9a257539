import { createLog } from '../../runtime/log.ts';
import { readSettings } from '../../runtime/settings.ts';
import { startPayment } from '../../subgraphs/payment/server.ts';
import { paymentSettings } from '../../subgraphs/payment/settings.ts';

// The payment service as tests kill it: at the place that is given, in the middle of its work, as `kill -9` would.
const place = process.argv[2];
const settings = readSettings(paymentSettings);
await startPayment(settings, createLog('payment', settings.LOG_LEVEL), async (reached) => {
  if (reached === place) process.kill(process.pid, 'SIGKILL');
});
process.send?.('ready');
