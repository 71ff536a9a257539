import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { beforeRollout, processes } from './manifests.ts';

const header =
  '# Written by `npm run deploy:manifests` from manifests.ts and the table of services.\n';

/** The committed files and what they must hold. */
export const files = (): Record<string, string> => ({
  'processes.yaml': yamlOf(processes()),
  'before-rollout/migrate.yaml': yamlOf(beforeRollout()),
});

const yamlOf = (objects: object[]): string =>
  header +
  objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');

if (process.argv.includes('--write'))
  for (const [name, text] of Object.entries(files()))
    writeFileSync(new URL(name, import.meta.url), text);
