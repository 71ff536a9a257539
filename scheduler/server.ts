import { Registry } from 'prom-client';
import { type HttpServer, startHttpServer } from '../runtime/http-server.ts';
import { starting } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { serviceClient } from '../runtime/service-client.ts';
import { defineService } from '../runtime/service-process.ts';
import { runJobs } from './scheduler.ts';
import { type SchedulerSettings, schedulerSettings } from './settings.ts';

/** Starts a scheduler: it rings at deadlines and sweeps for what was missed. Its HTTP server shows health and metrics only. */
export const startScheduler = (settings: SchedulerSettings, log: Log): Promise<HttpServer> =>
  starting(async (stack) => {
    const database = await openDatabase(
      settings.MONGODB_URI,
      `${settings.DATABASE_PREFIX}scheduler`,
    );
    stack.add(database.stop);
    const order = serviceClient({
      url: settings.ORDER_URL,
      from: 'scheduler',
      serviceSecret: settings.SERVICE_SECRET,
    });
    stack.add(order.stop);
    const payment = serviceClient({
      url: settings.PAYMENT_URL,
      from: 'scheduler',
      serviceSecret: settings.SERVICE_SECRET,
    });
    stack.add(payment.stop);

    const metrics = new Registry();
    stack.add(await runJobs({ database, needs: { order, payment }, settings, metrics, log }));
    const http = await startHttpServer({
      host: settings.HOST,
      port: settings.SCHEDULER_PORT,
      metrics,
      ready: { database: database.ping },
      routes: {},
    });
    stack.add(http.stop);
    return http;
  });

export const service = defineService({
  name: 'scheduler',
  settings: schedulerSettings,
  start: startScheduler,
});
