/**
 * Every process of the product, in the order in which `npm start` starts them. From this table come
 * the names in signatures, the port and URL settings, the parts of the embedded system, and what
 * `npm run services:write` writes: manifests, what Prometheus watches, parts of the README.
 */
export const services = {
  sandbox: {
    port: 4005,
    folder: 'sandbox',
    ownsDatabase: true,
    owns: 'a payment provider to try things out with',
  },
  travel: {
    port: 4001,
    folder: 'subgraphs/travel',
    ownsDatabase: true,
    owns: 'homestays, shops, comments',
  },
  order: {
    port: 4002,
    folder: 'subgraphs/order',
    ownsDatabase: true,
    owns: 'orders, the nights they hold',
  },
  payment: {
    port: 4003,
    folder: 'subgraphs/payment',
    ownsDatabase: true,
    owns: 'payments, refunds, webhooks of providers',
  },
  scheduler: { port: 4004, folder: 'scheduler', ownsDatabase: true, owns: 'Agenda’s jobs' },
  gateway: {
    port: 4000,
    operationsPort: 4010,
    folder: 'gateway',
    ownsDatabase: false,
    owns: 'nothing. The one public door: it checks each request, plans it and serves it',
  },
} as const satisfies Record<string, ServiceEntry>;

type ServiceEntry = {
  /** The port it takes unless its setting says otherwise. */
  port: number;
  /**
   * Where the compose file and the manifests have its health and metrics, if its port is open to
   * everybody; `OPERATIONS_PORT` sets it.
   */
  operationsPort?: number;
  /** Where its code is, from the project's root. */
  folder: string;
  /** Whether it keeps data in a MongoDB database of its own. */
  ownsDatabase: boolean;
  /** What it is there for, as the README says it. */
  owns: string;
};

export type ServiceName = keyof typeof services;
export const serviceNames = Object.keys(services) as ServiceName[];

/** The services that each serve a part of the API. */
export type SubgraphName = {
  [Name in ServiceName]: (typeof services)[Name]['folder'] extends `subgraphs/${string}`
    ? Name
    : never;
}[ServiceName];
export const subgraphNames = serviceNames.filter((name): name is SubgraphName =>
  services[name].folder.startsWith('subgraphs/'),
);

/**
 * The services that are deployed where money is real: the sandbox plays a payment provider.
 */
export const deployedNames = serviceNames.filter((name) => name !== 'sandbox');

/** The services that own a database. */
export const databaseOwners = serviceNames.filter((name) => services[name].ownsDatabase);

export type PortSetting<Name extends ServiceName> = Name extends 'gateway'
  ? 'PORT'
  : `${Uppercase<Name>}_PORT`;
export type UrlSetting<Name extends ServiceName> = `${Uppercase<Name>}_URL`;

/**
 * The setting of a service's port. The gateway is the one that users see, so its setting is `PORT`.
 */
export const portSetting = <Name extends ServiceName>(name: Name) =>
  (name === 'gateway' ? 'PORT' : `${name.toUpperCase()}_PORT`) as PortSetting<Name>;

/** The setting that tells the other services where this one is. */
export const urlSetting = <Name extends ServiceName>(name: Name) =>
  `${name.toUpperCase()}_URL` as UrlSetting<Name>;

/** Where health and metrics of a service are, as it is deployed. */
export const deployedOperationsPort = (name: ServiceName): number => {
  const { port, operationsPort = port }: ServiceEntry = services[name];
  return operationsPort;
};

/** Where a service listens on this machine unless settings say otherwise. */
export const standardUrl = (name: ServiceName): string => `http://127.0.0.1:${services[name].port}`;
