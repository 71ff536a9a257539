import { deployedNames, type ServiceName, services } from '../../runtime/services.ts';
import { metadata, namespace, selected } from './names.ts';
import { ingress, networkPolicy } from './network-policy.ts';
import { copies, deployment, migration } from './pods.ts';

const service = (name: ServiceName) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: {
    selector: selected(name),
    ports: [{ name: 'http', port: services[name].port, targetPort: 'http' }],
  },
});

const disruptionBudget = (name: ServiceName) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadata(name),
  spec: { maxUnavailable: 1, selector: { matchLabels: selected(name) } },
});

/**
 * Copies follow the requests under way: CPU says nothing of a process that waits for its database.
 */
const autoscaler = (name: ServiceName) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: metadata(name),
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: copies(name).min,
    maxReplicas: copies(name).max,
    metrics: [
      {
        type: 'Pods',
        pods: {
          metric: { name: 'http_requests_in_flight' },
          target: { type: 'AverageValue', averageValue: '50' },
        },
      },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
  },
});

const namespaceObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: namespace,
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
};

/** What runs all the time. */
export const processes = (): object[] => [
  namespaceObject,
  ...deployedNames.flatMap((name) => [
    deployment(name),
    service(name),
    disruptionBudget(name),
    ...(copies(name).max > copies(name).min ? [autoscaler(name)] : []),
    networkPolicy(name),
  ]),
  ingress,
];

/** What runs once, before each rollout. */
export const beforeRollout = (): object[] => [migration];
