import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Service } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { parts } from '../../embedded/system.ts';
import {
  deployedOperationsPort,
  type ServiceName,
  serviceNames,
  services,
} from '../../runtime/services.ts';
import { calendarPath } from '../../subgraphs/order/calendar-route.ts';
import { webhookPath } from '../../subgraphs/payment/webhook-route.ts';
import { manifestFiles, projectFile } from '../written.ts';
import { callersOf } from './network-policy.ts';

const here = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

type Manifest = { kind: string; metadata: { name: string }; spec: never };
const manifests = manifestFiles.flatMap((file) =>
  parseAllDocuments(readFileSync(projectFile(file), 'utf8')).map(
    (document) => document.toJS() as Manifest,
  ),
);
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);

const kinds = {
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
};

test.each(
  manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const),
)('the %s %s is valid by the schema of Kubernetes', (kind, _name, manifest) => {
  const model = new kinds[kind as keyof typeof kinds](manifest as never);
  expect(() => model.validate()).not.toThrow();
});

test.each([
  './',
  'before-rollout/',
  'settings/',
])('kustomize finds every file that %s names', (folder) => {
  const kustomization = parse(here(`${folder}kustomization.yaml`)) as { resources?: string[] };
  const missing = (kustomization.resources ?? []).filter(
    (name) => !existsSync(new URL(`${folder}${name}`, import.meta.url)),
  );
  expect(missing).toEqual([]);
});

type Policy = {
  metadata: { name: string };
  spec: {
    ingress: { from?: { namespaceSelector?: { matchLabels: object } }[]; ports: object[] }[];
  };
};
type Path = { path: string; backend: { service: { name: string } } };

test('proxies reach those services alone to which the ingress has a path, and no GraphQL', () => {
  const [ingress] = ofKind('Ingress') as unknown as [
    { spec: { rules: [{ http: { paths: Path[] } }] } },
  ];
  const paths = ingress.spec.rules[0].http.paths;
  expect(paths.map(({ path, backend }) => [backend.service.name, path])).toEqual([
    ['payment', webhookPath],
    ['order', calendarPath],
  ]);
  const proxies = { 'kubernetes.io/metadata.name': 'ingress-nginx' };
  const open = (ofKind('NetworkPolicy') as unknown as Policy[]).filter(({ spec }) =>
    spec.ingress.some(({ from }) =>
      from?.some(
        ({ namespaceSelector }) =>
          JSON.stringify(namespaceSelector?.matchLabels) === JSON.stringify(proxies),
      ),
    ),
  );
  expect(open.map(({ metadata }) => metadata.name).sort()).toEqual(['order', 'payment']);
});

test.each([
  ['travel', ['order', 'gateway']],
  ['order', ['travel', 'payment', 'scheduler', 'gateway']],
  ['payment', ['scheduler', 'gateway']],
  ['scheduler', []],
] as const)('%s is called by %j', (name, callers) => {
  expect(callersOf(name)).toEqual(callers);
});

test('everybody reaches the gateway’s API, and Prometheus alone its metrics', () => {
  const policies = ofKind('NetworkPolicy') as unknown as Policy[];
  const gateway = policies.find(({ metadata }) => metadata.name === 'gateway');
  const monitoring = { namespaceSelector: { matchLabels: expect.anything() } };
  expect(gateway?.spec.ingress).toEqual([
    { ports: [{ port: 'http' }] },
    { from: [monitoring], ports: [{ port: 'operations' }] },
  ]);
});

type Probe = { httpGet: { port: string } };
type Container = {
  command: string[];
  securityContext: object;
  ports?: { name: string; containerPort: number }[];
  env: { name: string; value: string }[];
  volumeMounts: { mountPath: string }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
};
type PodSpec = {
  enableServiceLinks?: boolean;
  securityContext: object;
  containers: [Container];
};
type Workload = {
  metadata: { name: string };
  spec: { template: { metadata: { annotations?: object }; spec: PodSpec } };
};
const workloads = [...ofKind('Deployment'), ...ofKind('Job')] as unknown as Workload[];

describe.each(
  workloads.map((workload) => [workload.metadata.name, workload] as const),
)('the pods of %s', (name, { spec }) => {
  const { securityContext, containers } = spec.template.spec;
  const [container] = containers;

  test('are nobody’s root, write nowhere and have no capabilities', () => {
    expect(securityContext).toMatchObject({ runAsNonRoot: true });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('read secrets from files', () => {
    const plain = container.env.filter(({ name }) => /SECRET$|MONGODB_URI$/.test(name));
    expect(plain).toEqual([]);
  });

  test('run a program that the image has', () => {
    const program = container.command.at(-1)?.replace(/\.js$/, '.ts') as string;
    expect(existsSync(new URL(`../../${program}`, import.meta.url))).toBe(true);
    const declared = services[name as keyof typeof services];
    if (declared) expect(container.ports?.[0]?.containerPort).toBe(declared.port);
  });
});

type Settings = { configMapGenerator: [{ literals: string[] }] };
const settings = (parse(here('settings/kustomization.yaml')) as Settings).configMapGenerator[0];
const deployed = ofKind('Deployment') as unknown as Workload[];
const folder = mkdtempSync(join(tmpdir(), 'homestay-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Kubernetes tells pods of the Services in their namespace, unless they ask it not to. */
const serviceLinks = Object.fromEntries(
  serviceNames.map((name) => [
    `${name.toUpperCase()}_PORT`,
    `tcp://10.0.0.1:${services[name].port}`,
  ]),
);

/** Puts a file of this machine in the place of one that Kubernetes mounts. */
function mounted(path: string, { volumeMounts }: Container): string {
  expect(volumeMounts.map(({ mountPath }) => mountPath)).toContain(path.replace(/\/[^/]+$/, ''));
  const file = join(folder, path.replaceAll('/', '-'));
  writeFileSync(file, path.endsWith('_URI') ? 'mongodb://database' : 's'.repeat(32));
  return file;
}

describe.each(
  deployed.map((workload) => [workload.metadata.name as ServiceName, workload] as const),
)('a pod of %s', (name, { spec }) => {
  const { template } = spec;
  const [container] = template.spec.containers;

  test('has all settings that its process needs, with those of settings/', () => {
    const literals = settings.literals.map((literal) => literal.split(/=(.*)/, 2));
    const given = { ...Object.fromEntries(literals) } as Record<string, string>;
    for (const { name, value } of container.env) given[name] = value;
    const read = parts[name].settings.shape;
    for (const [setting, value] of Object.entries(given)) {
      if (!setting.endsWith('_FILE')) continue;
      if (setting.replace(/_FILE$/, '') in read) given[setting] = mounted(value, container);
    }
    const links = template.spec.enableServiceLinks === false ? {} : serviceLinks;
    expect(() => parts[name].checkSettings({ ...links, ...given })).not.toThrow();
  });

  test('shows health and metrics where probes and Prometheus look', () => {
    const port = deployedOperationsPort(name);
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    for (const probe of probes) {
      const named = container.ports?.find((one) => one.name === probe?.httpGet.port);
      expect(named?.containerPort).toBe(port);
    }
    expect(template.metadata.annotations).toMatchObject({ 'prometheus.io/port': `${port}` });
    const set = container.env.find(({ name }) => name === 'OPERATIONS_PORT')?.value;
    expect(set).toBe(port === services[name].port ? undefined : `${port}`);
  });
});
