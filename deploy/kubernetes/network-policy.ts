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
        ...(name === 'gateway' ? {} : { from: [...fromCallers(name), fromPrometheus] }),
        ports: [{ port: 'http' }],
      },
    ],
  },
});
const fromCallers = (name: ServiceName) =>
  callersOf(name).map((caller) => ({ podSelector: { matchLabels: selected(caller) } }));
const fromPrometheus = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
};
