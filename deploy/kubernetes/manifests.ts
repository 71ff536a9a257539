import {
  type ServiceName,
  serviceNames,
  services,
  subgraphNames,
  urlSetting,
} from '../../runtime/services.ts';

/**
 * What a person's own settings are kept in: a ConfigMap and a Secret of this name, made by whoever
 * deploys.
 */
const product = 'homestay';
const namespace = product;
const secretsFolder = '/run/secrets/homestay';

/** The sandbox plays a payment provider: it has no place where money is real. */
const deployed = serviceNames.filter((name) => name !== 'sandbox');

/** Copies at least and at most. A scheduler needs no more than a second one to take over. */
const copies = (name: ServiceName) =>
  name === 'scheduler' ? { min: 2, max: 2 } : { min: 2, max: 10 };

/** Who asks a subgraph, besides the gateway, which asks every one. */
const otherCallers: Partial<Record<ServiceName, readonly ServiceName[]>> = {
  travel: ['order'],
  order: ['travel', 'payment', 'scheduler'],
  payment: ['scheduler'],
};

const isSubgraph = (name: ServiceName) => subgraphNames.some((subgraph) => subgraph === name);

/** Who may open a connection to a service, besides the gateway's clients. */
const callersOf = (name: ServiceName): readonly ServiceName[] =>
  isSubgraph(name) ? ['gateway', ...(otherCallers[name] ?? [])] : [];

const metadata = (name: string) => ({
  name,
  namespace,
  labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': product },
});
const selected = (name: string) => ({ 'app.kubernetes.io/name': name });

/** Secrets are files, so that they stand in no process's environment. */
function secretFiles(name: ServiceName): string[] {
  const database = services[name].ownsDatabase ? ['MONGODB_URI'] : [];
  return [...database, 'SERVICE_SECRET', ...(name === 'gateway' ? ['JWT_SECRET'] : [])];
}

const environment = (name: ServiceName) => [
  ...secretFiles(name).map((setting) => ({
    name: `${setting}_FILE`,
    value: `${secretsFolder}/${setting}`,
  })),
  ...serviceNames.filter(isSubgraph).map((other) => ({
    name: urlSetting(other),
    value: `http://${other}:${services[other].port}`,
  })),
];

const probe = (path: string, more: object) => ({ httpGet: { path, port: 'http' }, ...more });

const locked = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

const podSpec = (containers: object[], secretNames: string[]) => ({
  automountServiceAccountToken: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  // The load balancer needs a moment to learn that a copy is going, and requests under way some
  // seconds to end.
  terminationGracePeriodSeconds: 40,
  containers,
  volumes: [
    {
      name: 'secrets',
      secret: { secretName: product, items: secretNames.map((key) => ({ key, path: key })) },
    },
    { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
  ],
});

const container = (name: string, command: string[], env: object[]) => ({
  name,
  image: 'homestay-booking',
  command,
  env,
  envFrom: [{ configMapRef: { name: product, optional: true } }],
  securityContext: locked,
  volumeMounts: [
    { name: 'secrets', mountPath: secretsFolder, readOnly: true },
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

function deployment(name: ServiceName) {
  const { folder, port } = services[name];
  const process = {
    ...container(name, ['node', `${folder}/main.js`], environment(name)),
    ports: [{ name: 'http', containerPort: port }],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    startupProbe: probe('/health/live', { periodSeconds: 2, failureThreshold: 60 }),
    livenessProbe: probe('/health/live', { periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probe('/health/ready', { periodSeconds: 5, timeoutSeconds: 4 }),
    lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
  };
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selected(name) },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name),
    spec: {
      // The autoscaler owns the number of copies where there is one.
      ...(copies(name).min === copies(name).max ? { replicas: copies(name).min } : {}),
      selector: { matchLabels: selected(name) },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: {
          labels: metadata(name).labels,
          annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': `${port}` },
        },
        spec: { ...podSpec([process], secretFiles(name)), topologySpreadConstraints: [spread] },
      },
    },
  };
}

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

/**
 * Only its callers reach a subgraph, and Prometheus every process; the gateway is open to
 * everybody.
 */
const networkPolicy = (name: ServiceName) => ({
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

const namespaceObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: namespace,
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
};

/**
 * Runs before the processes of a new version: it brings indexes and stored documents to the shape
 * that they expect.
 */
const migration = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadata('migrate'),
  spec: {
    backoffLimit: 3,
    template: {
      metadata: { labels: metadata('migrate').labels },
      spec: {
        restartPolicy: 'Never',
        ...podSpec(
          [
            container(
              'migrate',
              ['node', 'embedded/migrate.js'],
              [{ name: 'MONGODB_URI_FILE', value: `${secretsFolder}/MONGODB_URI` }],
            ),
          ],
          ['MONGODB_URI'],
        ),
      },
    },
  },
};

/** What runs all the time. */
export const processes = (): object[] => [
  namespaceObject,
  ...deployed.flatMap((name) => [
    deployment(name),
    service(name),
    disruptionBudget(name),
    ...(copies(name).max > copies(name).min ? [autoscaler(name)] : []),
    networkPolicy(name),
  ]),
];

/** What runs once, before each rollout. */
export const beforeRollout = (): object[] => [migration];
