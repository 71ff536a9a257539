import type { Server } from 'node:http';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Admission } from '../../admission/admit.ts';
import { connectionLimits } from '../../admission/connection-limits.ts';
import type { RefusalOf } from '../../admission/refusal.ts';
import type { Execute } from '../../execution/executor.ts';
import type { Recorder } from '../../records/operation-record.ts';
import type { GatewaySettings } from '../../settings.ts';
import type { Subscriptions } from '../subscriptions.ts';
import { beginner } from './begin.ts';
import { openStreams } from './open-streams.ts';
import { type StreamRoutes, streamRoutes } from './routes.ts';
import { singleConnection } from './single-connection.ts';
import { streamResponse } from './stream-response.ts';
import { serveSubscriptionSockets } from './websocket.ts';

export type TransportsNeeds = {
  admission: Admission;
  execute: Execute;
  subscriptions: Subscriptions;
  refusalOf: RefusalOf;
  recorder: Recorder;
  settings: GatewaySettings;
  log: Log;
};

/**
 * The ways by which results reach clients over connections that stay open, all under the same
 * limits.
 */
export type Transports = {
  routes: StreamRoutes;
  serveSockets(http: Server): { stop: Stop };
  stopStreams: Stop;
};

export function subscriptionTransports(needs: TransportsNeeds): Transports {
  const { admission, settings } = needs;
  const begin = beginner(needs.subscriptions, needs.execute);
  const connections = connectionLimits(settings);
  const streams = openStreams(settings.SUBSCRIPTION_HEARTBEAT);
  const shared = { ...needs, ...admission, begin, connections, streams };
  const maxOperations = settings.SUBSCRIPTIONS_PER_CONNECTION;
  return {
    routes: streamRoutes({
      ...admission,
      single: singleConnection({ ...shared, maxOperations }),
      respond: streamResponse(shared),
    }),
    serveSockets: (http) => serveSubscriptionSockets({ ...shared, http }),
    stopStreams: streams.stop,
  };
}
