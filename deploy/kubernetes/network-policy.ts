import { type ServiceName, subgraphNames } from '../../runtime/services.ts';
import { metadata, selected } from './names.ts';

/** Who asks a subgraph, besides the gateway, which asks every one. */
const otherCallers: Partial<Record<ServiceName, readonly ServiceName[]>> = {
  travel: ['order'],
  order: ['travel', 'payment', 'scheduler'],
  payment: ['scheduler'],
};

/** Whether a service serves a part of the API. */
const isSubgraph = (name: ServiceName) => subgraphNames.some((subgraph) => subgraph === name);

/**
 * What outsiders may ask a subgraph itself for: payment providers tell what became of a payment,
 * other booking sites read calendars. Both prove who they are in the request.
 */
const publicPaths: Partial<Record<ServiceName, string>> = {
  payment: '/notifications/',
  order: '/calendars/',
};

/** Who may open a connection to a service, besides the gateway's clients. */
const callersOf = (name: ServiceName): readonly ServiceName[] =>
  isSubgraph(name) ? ['gateway', ...(otherCallers[name] ?? [])] : [];

/**
 * Only its callers reach a subgraph, and Prometheus every process; the gateway is open to
 * everybody.
 */
export const networkPolicy = (name: ServiceName) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadata(name),
  spec: {
    podSelector: { matchLabels: selected(name) },
    policyTypes: ['Ingress'],
    ingress: [
      {
        ...(name === 'gateway' ? {} : { from: fromNeighbours(name) }),
        ports: [{ port: 'http' }],
      },
    ],
  },
});
const fromNeighbours = (name: ServiceName) => [
  ...fromCallers(name),
  fromPrometheus,
  ...(publicPaths[name] ? [fromProxies] : []),
];
const fromCallers = (name: ServiceName) =>
  callersOf(name).map((caller) => ({ podSelector: { matchLabels: selected(caller) } }));
const fromPrometheus = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
};
/** A policy knows ports and no paths: the ingress below lets its proxies ask for one path alone. */
const fromProxies = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } },
};

const pathOf = (name: ServiceName, path: string) => ({
  path,
  pathType: 'Prefix',
  backend: { service: { name, port: { name: 'http' } } },
});

/** The way for outsiders past the gateway, to those paths and to nothing else. */
export const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: metadata('outsiders'),
  spec: {
    rules: [
      {
        host: 'outsiders.example',
        http: {
          paths: Object.entries(publicPaths).map(([name, path]) =>
            pathOf(name as ServiceName, path),
          ),
        },
      },
    ],
  },
};
