import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import {
  databaseOwners,
  deployedNames,
  deployedOperationsPort,
  type ServiceName,
  serviceNames,
  services,
  subgraphNames,
  urlSetting,
} from '../runtime/services.ts';
import { beforeRollout, processes } from './kubernetes/manifests.ts';

/*
 * What follows from the table of services is written by `npm run services:write` and committed; a
 * test says what is not as it should be. Some files are written whole, and of others the lines
 * between two comments.
 */
const command = 'npm run services:write';
export const projectFile = (file: string): URL => new URL(`../${file}`, import.meta.url);

/** In the order of their ports, as people read them. */
const byPort = <Name extends ServiceName>(names: readonly Name[]): Name[] =>
  [...names].sort((a, b) => services[a].port - services[b].port);

const headed = (objects: object[]): string =>
  `# Written by \`${command}\` from manifests.ts and the table of services.\n` +
  objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');

const wholeFiles: Record<string, () => string> = {
  'deploy/kubernetes/processes.yaml': () => headed(processes()),
  'deploy/kubernetes/before-rollout/migrate.yaml': () => headed(beforeRollout()),
};
export const manifestFiles: readonly string[] = Object.keys(wholeFiles);

/** By file, and by the name that its comments give them. */
const parts: Record<string, Record<string, () => string[]>> = {
  'README.md': {
    processes: () => [
      '',
      '| process | port | owns |',
      '|---|---|---|',
      ...byPort(serviceNames).map((name) => {
        const { folder, port, owns } = services[name];
        return `| [${folder}](${folder}) | ${port} | ${owns} |`;
      }),
      '',
    ],
    subgraphs: () => [
      `  gateway -- "requests, signed" --> ${subgraphNames.join(' & ')}`,
      ...subgraphNames.map((name) => `  ${name} --- ${name}-database[(${name})]`),
    ],
  },
  'docker-compose.yml': {
    addresses: () =>
      byPort([...subgraphNames, 'sandbox'] as const).map(
        (name) => `  ${urlSetting(name)}: http://${name}:${services[name].port}`,
      ),
  },
  'deploy/docker-compose.mongodb.yml': {
    owners: () => {
      const owners = databaseOwners.map((name) => `"${name}"`).join(', ');
      return [
        `            const owners = [${owners}].map((name) => process.env.DATABASE_PREFIX + name);`,
      ];
    },
  },
  'ops/prometheus.yml': {
    processes: () =>
      byPort(deployedNames).flatMap((name) => [
        `  - job_name: ${name}`,
        `    dns_sd_configs: [{ names: [${name}], type: A, port: ${deployedOperationsPort(name)} }]`,
        `    relabel_configs: [{ target_label: service, replacement: ${name} }]`,
      ]),
  },
  'ops/alerts.yml': {
    processes: () => [
      '      - alert: ProcessDown',
      '        expr: >-',
      '          min by (service) (up) < 1',
      ...byPort(deployedNames).map((name) => `          or absent(up{service="${name}"})`),
    ],
  },
};

const withPart = (text: string, file: string, name: string, lines: readonly string[]): string => {
  const marks = new RegExp(
    `^(.*\\b${name}: written by ${command}\\b.*\n)[\\s\\S]*?^(.*end of ${name}\\b)`,
    'm',
  );
  if (!marks.test(text)) throw new Error(`${file} does not say where its ${name} begin and end`);
  return text.replace(marks, (_, begin, end) => `${begin}${lines.join('\n')}\n${end}`);
};

/** What each file must hold, by its name from the project's root. */
export const written = (): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(wholeFiles).map(([file, text]) => [file, text()])),
  ...Object.fromEntries(
    Object.entries(parts).map(([file, named]) => [
      file,
      Object.entries(named).reduce(
        (text, [name, lines]) => withPart(text, file, name, lines()),
        readFileSync(projectFile(file), 'utf8'),
      ),
    ]),
  ),
});
