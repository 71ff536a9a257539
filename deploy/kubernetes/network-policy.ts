import { parts } from '../../embedded/system.ts';
import { type ServiceName, serviceNames, urlSetting } from '../../runtime/services.ts';
import { metadata, selected } from './names.ts';

/**
 * What outsiders may ask a subgraph itself for: payment providers tell what became of a payment,
 * other booking sites read calendars. Both prove who they are in the request.
 */
const publicPaths: Partial<Record<ServiceName, string>> = {
  payment: '/notifications/',
  order: '/calendars/',
};

/** Who asks a service: whoever reads a setting that says where it is. */
export const callersOf = (name: ServiceName): readonly ServiceName[] =>
  serviceNames.filter(
    (caller) => caller !== name && urlSetting(name) in parts[caller].settings.shape,
  );

/**
 * Only its callers reach a service, and Prometheus every process. The gateway's API is open to
 * everybody, its health and metrics are not.
 */
export const networkPolicy = (name: ServiceName) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadata(name),
  spec: {
    podSelector: { matchLabels: selected(name) },
    policyTypes: ['Ingress'],
    ingress:
      name === 'gateway'
        ? [
            { ports: [{ port: 'http' }] },
            { from: [fromPrometheus], ports: [{ port: 'operations' }] },
          ]
        : [{ from: fromNeighbours(name), ports: [{ port: 'http' }] }],
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
