import type { RequestListener } from 'node:http';
import type { Admission, Admitted } from './admission/admit.ts';
import type { RefusalOf } from './admission/refusal.ts';
import type { limitedExecutor } from './execution/limited-executor.ts';
import { doorway } from './http/cors.ts';
import { graphqlEndpoint, streamEndpoint } from './http/endpoint.ts';
import { graphiqlPage, wantsPage } from './http/graphiql.ts';
import { keptTraces } from './http/kept-traces.ts';
import { pageRoutes } from './http/page-routes.ts';
import type { Recorder } from './records/operation-record.ts';
import type { GatewaySettings } from './settings.ts';
import type { Transports } from './subscriptions/transports/transports.ts';

export type RoutesNeeds = {
  settings: GatewaySettings;
  admission: Admission;
  limited: ReturnType<typeof limitedExecutor>;
  streams: Transports['routes'];
  refusalOf: RefusalOf;
  recorder: Recorder;
  /** For how many seconds what anybody gets is the same; 0 where it is not. */
  keepingOf: (admitted: Admitted) => number;
};

/** What the gateway serves by HTTP: its pages and GraphQL. */
export function gatewayRoutes(needs: RoutesNeeds): Record<string, RequestListener> {
  const { settings, refusalOf } = needs;
  const { charge, identify, late } = needs.admission;
  const graphql = graphqlRoute(needs);
  const showPage = graphiqlPage(settings.PERSISTED_OPERATIONS_FILE, { charge, late, refusalOf });
  const enter = doorway(settings.CORS_ORIGINS);
  const { KEEP_TRACES: size } = settings;
  return {
    ...pageRoutes(settings, enter),
    ...(size ? { '/traces': enter(['GET'], keptTraces({ identify, late, refusalOf, size })) } : {}),
    '/graphql': enter(['GET', 'POST'], (request, response) =>
      settings.INTROSPECTION && wantsPage(request)
        ? showPage(request, response)
        : graphql(request, response),
    ),
    // PUT reserves a single connection for many operations, DELETE ends one of them.
    '/graphql/stream': enter(['GET', 'POST', 'PUT', 'DELETE'], streamRoute(needs)),
  };
}

function graphqlRoute(needs: RoutesNeeds): RequestListener {
  const { settings, admission, limited, streams, refusalOf, recorder, keepingOf } = needs;
  const { admit, requireLeft, readInTurn, chargeUnread, late } = admission;
  const publicForMs = settings.PUBLIC_CACHE_FOR;
  return graphqlEndpoint({
    ...{ admit, requireLeft, readInTurn, chargeUnread, late },
    ...limited,
    onSubscription: streams.onSubscription,
    ...{ refusalOf, recorder },
    limits: settings,
    compressFrom: settings.COMPRESS_FROM_BYTES,
    publicFor: (admitted) =>
      publicForMs === undefined ? 0 : Math.min(publicForMs / 1_000, keepingOf(admitted)),
  });
}

function streamRoute({ settings, admission, streams, ...needs }: RoutesNeeds): RequestListener {
  const { requireLeft, readInTurn, chargeUnread, late } = admission;
  const { refusalOf, recorder } = needs;
  return streamEndpoint({
    ...{ onStream: streams.onStream, requireLeft, readInTurn, chargeUnread, late },
    ...{ refusalOf, recorder },
    limits: settings,
  });
}
