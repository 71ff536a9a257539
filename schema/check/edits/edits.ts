import { readdirSync, readFileSync } from 'node:fs';
import { type Composition, compose } from '../../composition.ts';
import type { RegistryFiles } from '../../registry.ts';
import type { SubgraphSource } from '../../subgraphs.ts';
import { checkSchema } from '../check.ts';
import type { CheckInput } from '../check-input.ts';
import { contractOf } from '../contract.ts';
import type { Report } from '../report.ts';
import { assertServable } from '../servable.ts';

/*
 * A table of single edits to one schema. In `edits.txt` each has a title, a line for each place that it changes, and the
 * verdict. `FILE: FROM -> TO` changes the first FROM of a file, `FILE: FROM => TO` every one, `FILE: *` removes the file;
 * `\n` is the end of a line. What is edited lies in `base/`.
 */
export type Edit = { title: string; changes: readonly string[]; verdict: string };

type Files = ReadonlyMap<string, string>;

export const edits: readonly Edit[] = read('./edits.txt')
  .split(/^# /m)
  .slice(1)
  .map((block) => {
    const [title = '', ...lines] = block.trim().split('\n');
    const end = lines.findIndex((line) => line.startsWith('='));
    return {
      title,
      changes: lines.slice(0, end),
      verdict: [lines[end]?.slice(1).trim(), ...lines.slice(end + 1)].join('\n').trim(),
    };
  });

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

export const baseFiles: Files = new Map(
  readdirSync(new URL('./base/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(graphql|json)$/.test(file))
    .sort()
    .map((file) => [
      file.replace(/^(stays|orders|reviews)\.graphql$/, '$1'),
      read(`./base/${file}`),
    ]),
);

/** The files after an edit. @throws where it finds nothing to change */
export function edited({ title, changes }: Edit): Files {
  const files = new Map(baseFiles);
  for (const line of changes) {
    const [, file = '', what = ''] = /^([\w./@]+): (.*)$/.exec(line) ?? [];
    const text = files.get(file);
    if (text === undefined) throw new Error(`${title}: there is no ${file}`);
    if (what === '*') files.delete(file);
    else files.set(file, replaced(text, what, title));
  }
  return files;
}

function replaced(text: string, what: string, title: string): string {
  const parts = what.split(/ ?[-=]>/).map((part) => part.trim().replaceAll('\\n', '\n'));
  const [from = '', to = ''] = parts;
  if (!text.includes(from)) throw new Error(`${title}: nothing says ${from}`);
  return what.includes('=>') ? text.replaceAll(from, () => to) : text.replace(from, () => to);
}

const compositions = new Map<string, Composition>();

/** Composes subgraphs once, however many tests look at what comes of them. */
export function composed(subgraphs: readonly SubgraphSource[]): Composition {
  const key = subgraphs.map(({ sdl }) => sdl).join('\0');
  const known = compositions.get(key) ?? compose(subgraphs);
  compositions.set(key, known);
  return known;
}

export const subgraphsOf = (files: Files) =>
  ['stays', 'orders', 'reviews'].map((name) => ({
    name,
    file: `${name}.graphql`,
    sdl: files.get(name) ?? '',
  }));

const inFolder = (files: Files, folder: string) =>
  [...files]
    .filter(([file]) => file.startsWith(`${folder}/`))
    .map(([file, text]) => ({ file: `schema/${file}`, text }));

export const registryOf = (files: Files): RegistryFiles => ({
  operations: inFolder(files, 'operations'),
  services: inFolder(files, 'services'),
  clients: inFolder(files, 'clients'),
});

export const baseContract = contractOf(composed(subgraphsOf(baseFiles)).supergraph ?? '');

/** Checks what an edit makes of the base. */
export function checkEdit(edit: Edit, input: Partial<CheckInput> = {}): Promise<Report> {
  const files = edited(edit);
  return checkSchema({
    subgraphs: subgraphsOf(files),
    registry: registryOf(files),
    // Building what the gateway builds takes long: only rights are what it may refuse here.
    ...(/ @(authenticated|requiresScopes|policy)\b/.test(edit.changes.join())
      ? { assertServable }
      : {}),
    base: {
      label: 'base',
      contract: baseContract,
      registry: () => registryOf(baseFiles),
      subgraphs: () => subgraphsOf(baseFiles),
    },
    today: '2027-01-01',
    compose: async (subgraphs) => composed(subgraphs),
    ...input,
  });
}
