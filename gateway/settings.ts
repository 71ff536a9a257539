import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  exactlyOneSource,
  tokenProblems,
  tokenSettings,
} from '../runtime/identity/token-settings.ts';
import { canSharePort } from '../runtime/open-port.ts';
import {
  type SubgraphName,
  subgraphNames,
  type UrlSetting,
  urlSetting,
} from '../runtime/services.ts';
import {
  address,
  databaseSettings,
  duration,
  flag,
  listOf,
  port,
  portOf,
  processSettings,
  readSettings,
  serviceSettings,
  wholeNumber,
} from '../runtime/settings.ts';
import { subgraphOverrides } from './subgraphs/subgraph-settings.ts';

const limit = (standard: number) => wholeNumber(1).default(standard);

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

const schemaFile = (name: string) => fileURLToPath(new URL(`../schema/${name}`, import.meta.url));

/**
 * What one operation may ask, checked before it is planned. Each may be raised; the defaults leave
 * room for any honest client.
 */
const queryLimits = {
  /** Bytes of a request's body. */
  MAX_BODY_BYTES: limit(100_000),
  /** Elements of lists in a request, and ten for each member of an object. */
  QUERY_MAX_VALUES: limit(20_000),
  /** Words and signs of the document. */
  QUERY_MAX_TOKENS: limit(4_000),
  /** Fields inside fields. */
  QUERY_MAX_DEPTH: limit(16),
  /** Fields at the top, fragments expanded. */
  QUERY_MAX_ROOT_FIELDS: limit(20),
  /** Mutations of one request: each is a change of its own. */
  QUERY_MAX_ROOT_MUTATIONS: limit(3),
  /** Fields under a name other than their own, fragments expanded. */
  QUERY_MAX_ALIASES: limit(50),
  /** `@include` and the like, fragments expanded. */
  QUERY_MAX_DIRECTIVES: limit(50),
  /** Fields, fragments expanded. */
  QUERY_MAX_FIELDS: limit(500),
  /** Fields of the answer, when every list is as long as it may be. */
  QUERY_MAX_RESULT_FIELDS: limit(10_000),
  /**
   * Pairs of fields with the same name and place, each of which validation compares; and pairs of
   * fragments of which one leads to the other.
   */
  QUERY_MAX_OVERLAPS: limit(10_000),
};

/** What one client may send. A user counts as one, and an address where nobody has signed in. */
const clientLimits = {
  /**
   * The weight of a user's operations in a minute: 10 for each, the fields of its answer when lists
   * are full, one for each element of a list in its variables and ten for each member of an object,
   * and 100 for each field of a document that this gateway has not met.
   */
  RATE_LIMIT_PER_USER: limit(1_000_000),
  /** The same for an address without a token. */
  RATE_LIMIT_PER_ADDRESS: limit(500_000),
  /** A MongoDB where all gateways count together; without it each counts by itself. */
  RATE_LIMIT_MONGODB_URI: databaseSettings.shape.MONGODB_URI.optional(),
  /**
   * Refusals of one client that are told at once; each second another tenth of it. Others come half
   * a second late. Without it, one for each 50,000 that its operations may weigh in a minute.
   */
  REFUSALS_AT_ONCE: wholeNumber(1).optional(),
  /** Queries and mutations of a user that are executed at once. */
  OPERATIONS_PER_USER: limit(50),
  /** The same for an address without a token. */
  OPERATIONS_PER_ADDRESS: limit(100),
  /**
   * The percentage of the gateway's time that costly work may take of all clients together: to
   * validate and plan operations that this gateway has not met, to parse bodies of more than 10 kB, and
   * to execute operations that weigh more than 2,000. What is registered is not among it.
   */
  COSTLY_SHARE: wholeNumber(1, 100).default(10),
  /** How much of that share may be saved up and taken at once: a start, or a new page, is quick. */
  COSTLY_BURST: duration.prefault('3s'),
  /**
   * A document of more fields and fragments than this, all fragments expanded, is validated and
   * planned in a thread of its own, which the first of them starts.
   */
  PLANNING_THREAD_FROM: wholeNumber(0).default(50),
  /** Operations that may wait for that. */
  COSTLY_WAITING: limit(1_000),
  /** The same, for one client. */
  COSTLY_WAITING_PER_CLIENT: limit(50),
};

/** What clients may do with subscriptions. */
const subscriptionLimits = {
  /** Open at once over one connection. */
  SUBSCRIPTIONS_PER_CONNECTION: limit(100),
  /** Open at once for one user, at this gateway. */
  SUBSCRIPTIONS_PER_USER: limit(200),
  /** Connections open at once: sockets, streams, and streams that are reserved. */
  SUBSCRIPTION_CONNECTIONS: limit(10_000),
  /** The same, for one user. */
  SUBSCRIPTION_CONNECTIONS_PER_USER: limit(20),
  /** The same, from one address, while nobody has signed in over them. */
  SUBSCRIPTION_CONNECTIONS_PER_ADDRESS: limit(50),
  /** How long a socket may stay open without a token while nothing is asked over it. */
  SUBSCRIPTION_IDLE_TIMEOUT: duration.prefault('10s'),
  /** How long a new connection may take to say who it is. */
  SUBSCRIPTION_INIT_TIMEOUT: duration.prefault('5s'),
  /** How often it is made sure that a client is still there. */
  SUBSCRIPTION_HEARTBEAT: duration.prefault('8s'),
  /** How many results may wait for a slow client before newer states replace older ones. */
  SUBSCRIPTION_MAX_UNSENT: limit(100),
};

/** Where the product's own subgraphs are, where that is not where the supergraph says. */
const ownSubgraphs = Object.fromEntries(
  subgraphNames.map((name) => [urlSetting(name), address.optional()]),
) as Record<UrlSetting<SubgraphName>, z.ZodOptional<typeof address>>;

export const gatewayShape = z.object({
  ...processSettings.shape,
  ...serviceSettings.shape,
  ...tokenSettings.shape,
  ...queryLimits,
  ...clientLimits,
  ...subscriptionLimits,
  ...portOf('gateway'),
  /** Where health and metrics are, where that is not beside the API. */
  OPERATIONS_PORT: port.optional(),
  /**
   * Whether several gateways of one machine listen at `PORT` together. The system gives each new
   * connection to one of them.
   */
  SHARE_PORT: flag('false'),
  ...ownSubgraphs,
  /** What holds of subgraphs by name in place of what the supergraph says, as JSON. */
  SUBGRAPHS: subgraphOverrides,
  /** How long a subgraph may take to answer. */
  SUBGRAPH_TIMEOUT: duration.prefault('10s'),
  /** Bytes of a subgraph's answer. The longest text of Node has about 512 MB. */
  SUBGRAPH_MAX_ANSWER_BYTES: wholeNumber(1, 256_000_000).default(10_000_000),
  /** Whether equal queries to a subgraph that are under way at once are sent only once. */
  SHARE_READS: flag('true'),
  /**
   * The labels of `@override(from:, label:)` that are on, separated by commas; `percent(5)` need not
   * be named.
   */
  OVERRIDE_LABELS: listOf(z.string()).prefault(''),
  /**
   * In how many bytes of memory answers of subgraphs are kept that `@cacheControl` says are the
   * same for all; none without it.
   */
  KEEP_PUBLIC_BYTES: wholeNumber(1).optional(),
  /** How long an operation may take, with all that it asks of subgraphs. */
  OPERATION_TIMEOUT: duration.prefault('30s'),
  /** The composed schema; a new one put in its place is served without a restart. */
  SUPERGRAPH_FILE: z.string().default(schemaFile('supergraph.graphql')),
  /** Whether only the operations of `PERSISTED_OPERATIONS_FILE` may be sent. */
  PERSISTED_OPERATIONS: z
    .enum(['off', 'required'], { error: 'must be off or required' })
    .default('off'),
  /** The manifest of the operations that frontends have registered. */
  PERSISTED_OPERATIONS_FILE: z.string().default(schemaFile('persisted-query-manifest.json')),
  /** The folder of what releases of clients have registered, besides: `NAME@VERSION.json`. */
  PERSISTED_OPERATIONS_RELEASES: z.string().default(schemaFile('clients')),
  /**
   * Clients that metrics show by the name that they give themselves, besides those with releases;
   * all others are `other`.
   */
  KNOWN_CLIENTS: listOf(z.string()).prefault('web'),
  /**
   * The folder in which operations are counted by client and day; without it they are not counted.
   */
  USAGE_DIR: z.string().optional(),
  /** How many proxies in front of the gateway add the address they see to `X-Forwarded-For`. */
  TRUSTED_PROXIES: wholeNumber(0).default(0),
  /**
   * The origins, separated by commas, whose pages browsers may let ask us:
   * `https://homestay.example`.
   */
  CORS_ORIGINS: listOf(z.string())
    .prefault('')
    .refine(
      (origins) => origins.every(isOrigin),
      'must be origins such as https://homestay.example, separated by commas',
    ),
  /** The folder of the built web pages, served at `/`; without it there is nothing there. */
  WEB_DIR: z.string().optional(),
  /**
   * For development alone: whoever asks at `/sign-in/development` gets a token of any user. Needs
   * `JWT_SECRET`.
   */
  DEVELOPMENT_SIGN_IN: flag('false'),
  /** The identity provider that the web pages sign in at (OpenID Connect, code with PKCE). */
  OIDC_ISSUER: address.optional(),
  /** What the web pages are called there: a public client. */
  OIDC_CLIENT_ID: z.string().optional(),
  /** What they ask for there. */
  OIDC_SCOPE: z.string().default('openid'),
  /** The origins of the provider's endpoints that are not on the issuer's own. */
  OIDC_ORIGINS: listOf(z.string())
    .prefault('')
    .refine((origins) => origins.every(isOrigin), 'must be origins, separated by commas'),
  /**
   * Where a browser reaches the scheduler's page of the job queue; the operator's page links to it.
   */
  QUEUE_URL: address.optional(),
  /**
   * From how many bytes on an answer is compressed for clients that accept it (gzip, br); never
   * without it. Streams are not.
   */
  COMPRESS_FROM_BYTES: wholeNumber(1).optional(),
  /**
   * How long caches in front may keep at most what somebody without a token gets by GET, where
   * `@cacheControl` marks all of it; not at all without it.
   */
  PUBLIC_CACHE_FOR: duration.optional(),
  /**
   * Whether what a caller may not see is null (`mask`), or refuses the whole operation (`reject`).
   */
  UNAUTHORIZED: z.enum(['mask', 'reject'], { error: 'must be mask or reject' }).default('mask'),
  /** Whether clients may ask for the schema, and browsers get GraphiQL at `/graphql`. */
  INTROSPECTION: flag('true'),
});

export type GatewaySettings = z.infer<typeof gatewayShape>;

/** @throws SettingsError that names what is missing or wrong */
export const gatewaySettings = (env: NodeJS.ProcessEnv = process.env): GatewaySettings =>
  readSettings(gatewayShape, env, gatewayProblems);

/** What is wrong about settings together. */
export const gatewayProblems = (given: NodeJS.ProcessEnv): string[] => [
  ...tokenSource(given),
  ...sharedPort(given),
];

function sharedPort({ SHARE_PORT, OPERATIONS_PORT }: NodeJS.ProcessEnv): string[] {
  if (SHARE_PORT !== 'true') return [];
  if (!canSharePort())
    return [`SHARE_PORT: needs Node 22.12 or later, and this is ${process.versions.node}`];
  // At the shared port, one of the processes would answer for another.
  return OPERATIONS_PORT === undefined
    ? ['SHARE_PORT: needs OPERATIONS_PORT, another for each gateway, for its health and metrics']
    : [];
}

/** Tokens must be verified, and the ways to sign in must be complete. */
function tokenSource(given: NodeJS.ProcessEnv): string[] {
  const { JWT_SECRET, JWKS_URL } = given;
  if (Boolean(given.OIDC_ISSUER) !== Boolean(given.OIDC_CLIENT_ID))
    return ['OIDC_ISSUER, OIDC_CLIENT_ID: set both or neither'];
  if (given.DEVELOPMENT_SIGN_IN === 'true' && !JWT_SECRET)
    return ['DEVELOPMENT_SIGN_IN: needs JWT_SECRET, which signs the tokens'];
  return JWT_SECRET || JWKS_URL ? tokenProblems(given) : [exactlyOneSource];
}
