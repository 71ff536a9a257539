import { Kind, parse, valueFromASTUntyped } from 'graphql';
import type { SubgraphSource } from '../../subgraphs.ts';
import type { Finding } from '../report.ts';

/**
 * The versions of the specifications that a subgraph links, by their addresses without the version.
 */
function linksOf(sdl: string): Map<string, string> {
  const links = parse(sdl).definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? []).filter(({ name }) => name.value === 'link')
      : [],
  );
  const urls = links.flatMap(({ arguments: args = [] }) =>
    args.flatMap(({ name, value }) =>
      name.value === 'url' ? String(valueFromASTUntyped(value)) : [],
    ),
  );
  return new Map(urls.map((url) => [url.replace(/\/[^/]*$/, ''), url]));
}

/** Finds subgraphs that link another version of a specification than before. */
export const linkFindings = (
  before: readonly SubgraphSource[],
  after: readonly SubgraphSource[],
): Finding[] =>
  after.flatMap(({ name, sdl, file }) => {
    const former = before.find((subgraph) => subgraph.name === name);
    if (!former || former.sdl === sdl) return [];
    const old = linksOf(former.sdl);
    return [...linksOf(sdl)].flatMap(([spec, url]): Finding[] => {
      const was = old.get(spec);
      if (!was || was === url) return [];
      const message = `The subgraph ${name} links ${url}, and linked ${was} before.`;
      return [
        {
          check: 'federation',
          severity: 'note',
          rule: 'LINK_CHANGED',
          impact: 'safe',
          at: name,
          message,
          places: [{ file, line: 1, column: 1 }],
        },
      ];
    });
  });
