/** Stands for an import whose target is computed while the program runs. */
export const computed = '(computed)';
/**
 * Stands for a room that may import anything: it puts the product together, for tests or to measure
 * it.
 */
export const anything = '(anything)';

/**
 * The rooms of the house, and what the files of each may import besides their own room: other
 * rooms, single files, and packages. A package that is named here is closed to every room that does
 * not name it; Node's own modules are closed only to `withoutPackages`. `*` is the name of a
 * subgraph, the same one on both sides. `/*.ts` are the files directly in a folder. Every file must
 * be in a room.
 */
export const rooms: Record<string, readonly string[]> = {
  runtime: [
    'runtime/migrations',
    'mongodb',
    'agenda',
    '@agendajs/mongo-backend',
    'temporal-polyfill',
    'ipaddr.js',
  ],
  'runtime/migrations': ['runtime', 'mongodb', computed],

  'subgraphs/*/domain': [
    'runtime/calendar.ts',
    'runtime/currency.ts',
    'runtime/refusal.ts',
    'runtime/serial-number.ts',
    'runtime/text.ts',
    'node:crypto',
  ],
  'subgraphs/*/actions': ['runtime', 'subgraphs/*/domain'],
  'subgraphs/*/graphql': ['runtime', 'subgraphs/*/domain', 'subgraphs/*/actions'],
  'subgraphs/*/store': ['runtime', 'runtime/migrations', 'subgraphs/*/domain', 'mongodb'],
  'subgraphs/*/clients': ['runtime', 'subgraphs/*/domain', 'ical.js'],
  'subgraphs/*/providers': [
    'runtime',
    'subgraphs/*/domain',
    'subgraphs/*/settings.ts',
    'stripe',
    'wechatpay-axios-plugin',
  ],
  'subgraphs/*/notifiers': [
    'runtime',
    'subgraphs/*/domain',
    'subgraphs/*/settings.ts',
    'nodemailer',
  ],
  'subgraphs/*/import': ['runtime', 'subgraphs/*/domain', 'subgraphs/*/store'],
  'subgraphs/*/*.ts': [
    'runtime',
    'subgraphs/*/domain',
    'subgraphs/*/actions',
    'subgraphs/*/graphql',
    'subgraphs/*/store',
    'subgraphs/*/clients',
    'subgraphs/*/providers',
    'subgraphs/*/notifiers',
  ],

  'gateway/usage': ['runtime', 'gateway/settings.ts'],
  'gateway/records': ['runtime', 'gateway/usage'],
  'gateway/admission': ['runtime', 'gateway/settings.ts', 'gateway/records', 'gateway/usage'],
  'gateway/http': [
    'runtime',
    'gateway/settings.ts',
    'gateway/admission',
    'gateway/execution',
    'gateway/records',
    'gateway/usage',
  ],
  'gateway/subgraphs': ['runtime', 'gateway/settings.ts', '@apollo/gateway'],
  'gateway/execution': [
    'runtime',
    'gateway/settings.ts',
    'gateway/admission',
    'gateway/subgraphs',
    '@apollo/gateway',
  ],
  'gateway/subscriptions': [
    'runtime',
    'gateway/settings.ts',
    'gateway/admission',
    'gateway/execution',
    'gateway/http/late-refusal.ts',
    'gateway/http/response.ts',
    'gateway/records',
    'gateway/subgraphs',
    'gateway/usage',
    '@apollo/gateway',
  ],
  'gateway/*.ts': [
    'runtime',
    'gateway/admission',
    'gateway/execution',
    'gateway/http',
    'gateway/records',
    'gateway/subgraphs',
    'gateway/subscriptions',
    'gateway/usage',
    '@apollo/gateway',
  ],

  // Agenda's dashboard names its controller only together with the packages of web frameworks.
  scheduler: ['runtime', 'runtime/migrations', 'agenda', computed],
  sandbox: ['runtime', 'runtime/migrations', 'mongodb'],
  // The check asks the gateway's own code whether a schema can be served, and knows what jobs and
  // clients ask.
  schema: [
    'runtime',
    computed,
    'gateway/admission/manifest.ts',
    'gateway/execution/served-supergraph.ts',
    'scheduler/jobs.ts',
  ],
  // What the gateway keeps of operations is a type of both.
  web: ['runtime/currency.ts', 'runtime/tracing/kept-traces.ts'],
  embedded: [
    'runtime',
    'runtime/migrations',
    computed,
    'gateway/admission/sign-token.ts',
    'web/build.ts',
    'subgraphs/travel/import',
    'subgraphs/travel/store/catalogue-writer.ts',
    'subgraphs/order/store/open-work.ts',
    'subgraphs/payment/store/open-work.ts',
    'mongodb',
    'mongodb-memory-server',
  ],

  // Who calls whom follows from the settings that each service reads.
  deploy: [
    'runtime/services.ts',
    'runtime/sharding.ts',
    'web/build.ts',
    'embedded/system.ts',
    computed,
  ],
  architecture: [],
  testing: [anything],
  e2e: [anything],
  bench: [anything],
  examples: [anything],
  chaos: [anything],
};

/** Rooms that may use no package and no module of Node but those that they name. */
export const withoutPackages = ['subgraphs/*/domain', 'subgraphs/*/actions'];
