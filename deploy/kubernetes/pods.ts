import {
  deployedOperationsPort,
  type ServiceName,
  services,
  subgraphNames,
  urlSetting,
} from '../../runtime/services.ts';
import { metadata, product, selected } from './names.ts';

const secretsFolder = `/run/secrets/${product}`;
/** Where a service finds the secrets that are its own, such as a payment provider's. */
export const ownSecretsFolder = (name: ServiceName) => `/run/secrets/${name}`;

/** Copies at least and at most. A scheduler needs no more than a second one to take over. */
export const copies = (name: ServiceName) =>
  name === 'scheduler' ? { min: 2, max: 2 } : { min: 2, max: 10 };

/** Whom users show their tokens: the API, and the page of the job queue. */
const believesTokens: readonly ServiceName[] = ['gateway', 'scheduler'];

/** Secrets are files, so that they stand in no process's environment. */
const secretFiles = (name: ServiceName): string[] => [
  ...(services[name].ownsDatabase ? ['MONGODB_URI'] : []),
  'SERVICE_SECRET',
];

/** Those that are there if the settings name them: with JWKS_URL there is no JWT_SECRET. */
const optionalFiles = (name: ServiceName): string[] =>
  believesTokens.includes(name) ? ['JWT_SECRET'] : [];

/** Whether health and metrics have a port of their own, since everybody reaches the other one. */
const hasOperationsPort = (name: ServiceName) =>
  deployedOperationsPort(name) !== services[name].port;

const environment = (name: ServiceName) => [
  ...secretFiles(name).map((setting) => ({
    name: `${setting}_FILE`,
    value: `${secretsFolder}/${setting}`,
  })),
  ...subgraphNames.map((other) => ({
    name: urlSetting(other),
    value: `http://${other}:${services[other].port}`,
  })),
  ...(hasOperationsPort(name)
    ? [{ name: 'OPERATIONS_PORT', value: `${deployedOperationsPort(name)}` }]
    : []),
];

const probe = (name: ServiceName, path: string, more: object) => ({
  httpGet: { path, port: hasOperationsPort(name) ? 'operations' : 'http' },
  ...more,
});

const locked = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

const files = (keys: readonly string[]) => keys.map((key) => ({ key, path: key }));

type PodSecrets = { needed: string[]; optional?: string[]; volumes?: object[] };

const podSpec = (containers: object[], { needed, optional = [], volumes = [] }: PodSecrets) => ({
  automountServiceAccountToken: false,
  // Else Kubernetes sets ORDER_PORT=tcp://…, which is a setting of ours, for a Service named order.
  enableServiceLinks: false,
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
      projected: {
        sources: [
          { secret: { name: product, items: files(needed) } },
          ...optional.map((key) => ({
            secret: { name: product, items: files([key]), optional: true },
          })),
        ],
      },
    },
    ...volumes,
    { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
  ],
});

const container = (name: string, command: string[], env: object[], mounts: object[] = []) => ({
  name,
  image: 'homestay-booking',
  command,
  env,
  envFrom: [{ configMapRef: { name: product, optional: true } }],
  securityContext: locked,
  volumeMounts: [
    { name: 'secrets', mountPath: secretsFolder, readOnly: true },
    ...mounts,
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

export function deployment(name: ServiceName) {
  const { folder, port } = services[name];
  const operations = deployedOperationsPort(name);
  const own = { name: 'own-secrets', mountPath: ownSecretsFolder(name), readOnly: true };
  const process = {
    ...container(name, ['node', `${folder}/main.js`], environment(name), [own]),
    ports: [
      { name: 'http', containerPort: port },
      ...(hasOperationsPort(name) ? [{ name: 'operations', containerPort: operations }] : []),
    ],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    startupProbe: probe(name, '/health/live', { periodSeconds: 2, failureThreshold: 60 }),
    livenessProbe: probe(name, '/health/live', { periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probe(name, '/health/ready', { periodSeconds: 5, timeoutSeconds: 4 }),
    lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
  };
  const secrets = {
    needed: secretFiles(name),
    optional: optionalFiles(name),
    volumes: [{ name: own.name, secret: { secretName: `${product}-${name}`, optional: true } }],
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
          annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': `${operations}` },
        },
        spec: { ...podSpec([process], secrets), topologySpreadConstraints: [spread] },
      },
    },
  };
}

/**
 * Runs before the processes of a new version: it brings indexes and stored documents to the shape
 * that they expect.
 */
export const migration = {
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
          { needed: ['MONGODB_URI'] },
        ),
      },
    },
  },
};
