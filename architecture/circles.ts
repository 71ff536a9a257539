import type { Import } from './imports.ts';

/**
 * Groups of files that import each other in a circle; each group once, with its shortest way round.
 */
export function circles(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const found: string[][] = [];
  const seen = new Set<string>();
  for (const file of targets.keys()) {
    const circle = seen.has(file) ? undefined : wayBack(file, targets);
    if (!circle) continue;
    for (const member of circle) seen.add(member);
    found.push(circle);
  }
  return found;
}

/** The shortest way from a file back to itself, along imports. */
function wayBack(
  file: string,
  targets: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [file];
  for (const at of queue) {
    for (const next of targets.get(at) ?? []) {
      if (next === file) return wayTo(at, file, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  while (way[0] !== start) way.unshift(cameFrom.get(way[0] as string) as string);
  return way;
}
