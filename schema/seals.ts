import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Composition } from './composition.ts';
import { projectFile, readText, type SubgraphSource, supergraphFile } from './subgraphs.ts';

/*
 * A seal is a digest of what a file was generated from, of the code that did it, and of the file
 * itself. Where it holds, generating the file again would give the same, so that the check need
 * not: composing 2,000 types takes seconds. A seal that does not hold costs only that time.
 */

/** The seals of the generated files, generated and committed; from the project's root. */
export const sealsFile = 'schema/seals.json';

/** What a file is generated from. */
export type Origin = {
  /** All texts that it depends on. */
  sources: readonly string[];
  /** The project's files with the code that generates it. */
  code: readonly string[];
  /** The beginnings of the names of packages that take part. */
  packages: readonly string[];
};

const place = z.object({ file: z.string(), line: z.int(), column: z.int() });
const note = z.object({
  severity: z.enum(['error', 'hint']),
  code: z.string(),
  message: z.string(),
  places: z.array(place),
});
const shape = z.record(z.string(), z.object({ seal: z.string(), notes: z.array(note).optional() }));

export type Seals = z.infer<typeof shape>;

/** Reads the seals; one that cannot be read counts as missing, and so costs time and no verdict. */
export function readSeals(): Seals {
  try {
    return shape.parse(JSON.parse(readText(sealsFile)));
  } catch {
    return {};
  }
}

/** Adds seals to those that are there. */
export function writeSeals(seals: Seals): void {
  const all = Object.entries({ ...readSeals(), ...seals }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(projectFile(sealsFile), `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** Writes a generated file and its seal. */
export function writeSealed(file: string, text: string, origin: Origin): void {
  const target = projectFile(file);
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, text);
  writeSeals({ [file]: { seal: sealOf(origin, text) } });
}

/** The seal of a file that was made from something. */
export function sealOf({ sources, code, packages }: Origin, made: string): string {
  const hash = createHash('sha256');
  for (const text of [...sources, ...code.map(readText), ...versionsOf(packages), made])
    hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

/** Whether a file is known to be what would be made from its origin. */
export const isSealed = (seals: Seals, file: string, origin: Origin, made: string): boolean =>
  seals[file]?.seal === sealOf(origin, made);

/** The versions of installed packages whose names begin so, and of those installed inside them. */
function versionsOf(packages: readonly string[]): string[] {
  locked ??= lockShape.parse(JSON.parse(readText('package-lock.json'))).packages;
  const beginnings = packages.map((name) => `node_modules/${name}`);
  return Object.entries(locked)
    .filter(([path]) => beginnings.some((beginning) => path.includes(beginning)))
    .map(([path, { version }]) => `${path} ${version}`);
}
const lockShape = z.object({ packages: z.record(z.string(), z.object({ version: z.string() })) });
let locked: z.infer<typeof lockShape>['packages'] | undefined;

export const compositionOrigin = (subgraphs: readonly SubgraphSource[]): Origin => ({
  sources: subgraphs.flatMap(({ name, file, sdl }) => [name, file, sdl]),
  code: ['schema/composition.ts', 'schema/place.ts', 'runtime/services.ts'],
  packages: ['@apollo/', 'graphql'],
});

/** Composes the subgraphs, or takes the committed supergraph if its seal holds. */
export async function composedOf(
  subgraphs: readonly SubgraphSource[],
  seals: Seals,
): Promise<Composition> {
  const known = existsSync(projectFile(supergraphFile)) ? readText(supergraphFile) : undefined;
  const notes = seals[supergraphFile]?.notes ?? [];
  const sealed = known && sealedComposition(subgraphs, { supergraph: known, notes });
  if (sealed && seals[supergraphFile]?.seal === sealed) return { supergraph: known, notes };
  const { compose } = await import('./composition.ts');
  return compose(subgraphs);
}

/** The seal of a composition, what it says of the subgraphs included. */
export const sealedComposition = (
  subgraphs: readonly SubgraphSource[],
  { supergraph = '', notes }: Composition,
): string => sealOf(compositionOrigin(subgraphs), `${JSON.stringify(notes)}${supergraph}`);
