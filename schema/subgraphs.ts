import { readFileSync } from 'node:fs';
import { subgraphNames } from '../runtime/services.ts';

/** The SDL of one subgraph: a source of truth of the API. */
export type SubgraphSource = {
  name: string;
  /** Its file as people call it, from the project's root. */
  file: string;
  sdl: string;
};

/** The composed supergraph, generated and committed; from the project's root. */
export const supergraphFile = 'schema/supergraph.graphql';

/**
 * Where a file of the project lies, by its name from the project's root; `.` is the root itself.
 */
export const projectFile = (file: string): URL => new URL(file, new URL('../', import.meta.url));

/**
 * Reads a text file of the project, with the line endings that git keeps, whatever the checkout
 * has.
 */
export const readText = (file: string): string =>
  readFileSync(projectFile(file), 'utf8').replaceAll('\r\n', '\n');

/** Where the SDL of a subgraph lies, from the project's root. */
export const sdlFile = (name: string): string => `schema/${name}.graphql`;

/** Reads the SDL of every subgraph. */
export const readSubgraphs = (): SubgraphSource[] =>
  subgraphNames.map((name) => {
    const file = sdlFile(name);
    return { name, file, sdl: readText(file) };
  });
