import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Service } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { services } from '../../runtime/services.ts';
import { calendarPath } from '../../subgraphs/order/calendar-route.ts';
import { webhookPath } from '../../subgraphs/payment/webhook-route.ts';
import { files } from './write.ts';

const here = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

type Manifest = { kind: string; metadata: { name: string }; spec: never };
const manifests = Object.keys(files()).flatMap((name) =>
  parseAllDocuments(here(name)).map((document) => document.toJS() as Manifest),
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

test.each(Object.entries(files()))('%s is what the table of services gives', (name, text) => {
  expect(here(name)).toBe(text);
});

test.each(
  manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const),
)('the %s %s is valid by the schema of Kubernetes', (kind, _name, manifest) => {
  const model = new kinds[kind as keyof typeof kinds](manifest as never);
  expect(() => model.validate()).not.toThrow();
});

test.each(['./', 'before-rollout/'])('kustomize finds every file that %s names', (folder) => {
  const kustomization = parse(here(`${folder}kustomization.yaml`)) as { resources: string[] };
  const missing = kustomization.resources.filter(
    (name) => !existsSync(new URL(`${folder}${name}`, import.meta.url)),
  );
  expect(missing).toEqual([]);
});

type Policy = {
  metadata: { name: string };
  spec: { ingress: { from?: { namespaceSelector?: { matchLabels: object } }[] }[] };
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

type Container = {
  command: string[];
  securityContext: object;
  ports?: { containerPort: number }[];
  env: { name: string; value: string }[];
};
type Workload = {
  metadata: { name: string };
  spec: { template: { spec: { securityContext: object; containers: [Container] } } };
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
