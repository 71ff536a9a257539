import { startGateway } from '../../gateway/server.ts';
import { type GatewaySettings, gatewaySettings } from '../../gateway/settings.ts';
import type { Caller } from '../../runtime/caller.ts';
import { clientError } from '../../runtime/errors.ts';
import { keyOfId } from '../../runtime/global-id.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { type Stop, startWithStack } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import type { Tracer } from '../../runtime/tracing/span.ts';
import { type Answer, type AskOptions, ask } from '../client.ts';
import { secrets } from '../tokens.ts';

const { JWT_SECRET, SERVICE_SECRET } = secrets;
const log = createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const money = { amount: 19_900, currency: 'CNY' };
const homestay = (id: string) => ({ id, title: `Homestay ${id}`, price: money, shop: { id: '7' } });
const page = <T>(nodes: T[]) => ({
  nodes,
  edges: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
});

/** What the small subgraphs were asked: who asked each. */
export type SeenCallers = Caller[];

const resolvers = {
  travel: {
    Query: {
      homestay: (_: unknown, { id }: { id: string }) => {
        if (id === 'crash') throw new Error('a secret of the inside, at 10.0.0.7');
        if (id === 'refused')
          throw clientError('BAD_USER_INPUT', 'This is no number of a homestay.');
        return homestay(id);
      },
      homestays: () => page([homestay('1'), homestay('2')]),
    },
    Homestay: {
      __resolveReference: ({ id }: { id: string }) => homestay(keyOfId('Homestay', id) ?? id),
    },
    HomestayShop: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      name: () => 'A shop',
      homestays: () => page([homestay('1')]),
    },
  },
  order: {
    Query: {
      homestayOrder: (_: unknown, { sn }: { sn: string }) => ({
        sn,
        state: 'WAIT_PAY',
        homestay: { id: '1' },
      }),
    },
    Mutation: {
      cancelHomestayOrder: (
        _: unknown,
        { input: { orderSn: sn } }: { input: { orderSn: string } },
      ) => ({
        __typename: 'HomestayOrder',
        sn,
        state: 'CANCELLED',
      }),
    },
  },
  payment: { HomestayOrder: { payment: () => ({ sn: 'PMT1', state: 'SUCCESS', amount: money }) } },
};

/** A version of a subgraph with more fields. */
type Newer = { sdlFile?: URL; fields?: Record<string, object> };

/** A small subgraph on the real schema, with a few fixed things in it. */
export const startSmallSubgraph = (
  name: keyof typeof resolvers,
  seen: SeenCallers = [],
  port = 0,
  { sdlFile, fields = {} }: Newer = {},
): Promise<HttpServer> =>
  startSubgraph({
    host: '127.0.0.1',
    port,
    sdlFile: sdlFile ?? new URL(`../../schema/${name}.graphql`, import.meta.url),
    resolvers: { ...resolvers[name], ...fields },
    context: (caller) => {
      seen.push(caller);
      return { caller };
    },
    serviceSecret: SERVICE_SECRET,
    ready: {},
    log,
  });

/**
 * The settings of a gateway for tests, before those of a test's own. Every operation of a test is
 * new, and need not wait.
 */
export const testSettings = (given: Record<string, string> = {}): GatewaySettings =>
  gatewaySettings({
    ...{ PORT: '0', COSTLY_SHARE: '100', REFUSALS_AT_ONCE: '1000000', JWT_SECRET, SERVICE_SECRET },
    ...given,
  });

/** A gateway alone: its subgraphs are where the settings say, or nowhere. */
export const startTestGateway = (
  given: Record<string, string> = {},
  to = log,
  tracer?: Tracer | undefined,
) => startGateway(testSettings(given), to, tracer);

/** A gateway before three small subgraphs. */
export const startTestSystem = (
  given: Record<string, string> = {},
  to = log,
  tracer?: Tracer | undefined,
): Promise<TestSystem & { stop: Stop }> =>
  startWithStack(async (stack) => {
    const seen: SeenCallers = [];
    const [travel, order, payment] = await Promise.all([
      startSmallSubgraph('travel', seen),
      startSmallSubgraph('order', seen),
      startSmallSubgraph('payment', seen),
    ]);
    for (const { stop } of [travel, order, payment]) stack.defer(stop);
    const urls = { TRAVEL_URL: travel.url, ORDER_URL: order.url, PAYMENT_URL: payment.url };
    const gateway = stack.use(await startTestGateway({ ...urls, ...given }, to, tracer));
    return {
      url: gateway.url,
      seen,
      travel,
      ask: (query, options) => ask(gateway.url, query, options),
    };
  });

export type TestSystem = {
  url: string;
  seen: SeenCallers;
  travel: HttpServer;
  ask: <Data = Record<string, unknown>>(
    query: string,
    options?: AskOptions,
  ) => Promise<Answer<Data>>;
};
