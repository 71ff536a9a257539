import { startGateway } from '../gateway/server.ts';
import { gatewaySettings } from '../gateway/settings.ts';
import { type Stop, starting } from '../runtime/lifecycle.ts';
import { createLog, type Log } from '../runtime/log.ts';
import { readSettings } from '../runtime/settings.ts';
import { startScheduler } from '../scheduler/server.ts';
import { schedulerSettings } from '../scheduler/settings.ts';
import { startOrder } from '../subgraphs/order/server.ts';
import { orderSettings } from '../subgraphs/order/settings.ts';
import { startSandbox } from '../subgraphs/payment/providers/sandbox/service/server.ts';
import { sandboxSettings } from '../subgraphs/payment/providers/sandbox/service/settings.ts';
import { startPayment } from '../subgraphs/payment/server.ts';
import { paymentSettings } from '../subgraphs/payment/settings.ts';
import { startTravel } from '../subgraphs/travel/server.ts';
import { travelSettings } from '../subgraphs/travel/settings.ts';
import { freePort } from './free-port.ts';

type Env = Record<string, string | undefined>;
type Part = { port: string; url: string; start(env: Env, log: Log): Promise<{ url: string; stop: Stop }> };

/** Every process of the product: the setting of its port, the setting that tells the others where it is, and how it starts. */
export const parts = {
  sandbox: {
    port: 'SANDBOX_PORT',
    url: 'SANDBOX_URL',
    start: (env, log) => startSandbox(readSettings(sandboxSettings, env), log),
  },
  travel: {
    port: 'TRAVEL_PORT',
    url: 'TRAVEL_URL',
    start: (env, log) => startTravel(readSettings(travelSettings, env), log),
  },
  order: {
    port: 'ORDER_PORT',
    url: 'ORDER_URL',
    start: (env, log) => startOrder(readSettings(orderSettings, env), log),
  },
  payment: {
    port: 'PAYMENT_PORT',
    url: 'PAYMENT_URL',
    start: (env, log) => startPayment(readSettings(paymentSettings, env), log),
  },
  scheduler: {
    port: 'SCHEDULER_PORT',
    url: 'SCHEDULER_URL',
    start: (env, log) => startScheduler(readSettings(schedulerSettings, env), log),
  },
  gateway: { port: 'PORT', url: 'GATEWAY_URL', start: (env, log) => startGateway(gatewaySettings(env), log) },
} as const satisfies Record<string, Part>;
export type PartName = keyof typeof parts;

/** Where each listens unless its setting says otherwise. */
export const standardPorts: Record<PartName, number> = {
  gateway: 4000,
  travel: 4001,
  order: 4002,
  payment: 4003,
  scheduler: 4004,
  sandbox: 4005,
};

/** The settings with every port fixed and every address known, since the parts must know of each other before they start. */
export async function withAddresses(env: Env): Promise<Env> {
  const complete = { ...env };
  for (const [name, { port, url }] of Object.entries(parts)) {
    const wanted = env[port] || String(standardPorts[name as PartName]);
    complete[port] = wanted === '0' ? String(await freePort()) : wanted;
    complete[url] = `http://127.0.0.1:${complete[port]}`;
  }
  return complete;
}

export type System = { gatewayUrl: string; urls: Record<PartName, string>; stop: Stop };

/** Starts every process of the product within this one. Between them it is the same HTTP as between machines. */
export const startSystem = ({ env }: { env: Env }): Promise<System> =>
  startParts(Object.keys(parts) as PartName[], env);

/** Starts some processes of the product within this one. */
export const startParts = (names: readonly PartName[], env: Env): Promise<System> =>
  starting(async (stack) => {
    const settings = await withAddresses(env);
    const urls = {} as Record<PartName, string>;
    for (const name of names) {
      const { url, stop } = await parts[name].start(settings, createLog(name, settings.LOG_LEVEL || 'info'));
      stack.add(stop);
      urls[name] = url;
    }
    return { gatewayUrl: urls.gateway, urls };
  });
