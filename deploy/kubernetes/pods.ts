import { type ServiceName, services, subgraphNames, urlSetting } from '../../runtime/services.ts';
import { metadata, product, selected } from './names.ts';

const secretsFolder = '/run/secrets/homestay';

/** Copies at least and at most. A scheduler needs no more than a second one to take over. */
export const copies = (name: ServiceName) =>
  name === 'scheduler' ? { min: 2, max: 2 } : { min: 2, max: 10 };

/** Whom users show their tokens: the API, and the page of the job queue. */
const believesTokens: readonly ServiceName[] = ['gateway', 'scheduler'];

/** Secrets are files, so that they stand in no process's environment. */
function secretFiles(name: ServiceName): string[] {
  const database = services[name].ownsDatabase ? ['MONGODB_URI'] : [];
  return [...database, 'SERVICE_SECRET', ...(believesTokens.includes(name) ? ['JWT_SECRET'] : [])];
}

const environment = (name: ServiceName) => [
  ...secretFiles(name).map((setting) => ({
    name: `${setting}_FILE`,
    value: `${secretsFolder}/${setting}`,
  })),
  ...subgraphNames.map((other) => ({
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

export function deployment(name: ServiceName) {
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
          ['MONGODB_URI'],
        ),
      },
    },
  },
};
