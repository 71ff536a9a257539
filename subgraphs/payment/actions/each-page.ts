import type { Difference } from '../domain/difference.ts';

/** How many items a comparison reads at once. */
export const pageSize = 500;

/** Items that are known already, in pages. */
export const pagesOf = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / pageSize) }, (_, page) =>
    items.slice(page * pageSize, (page + 1) * pageSize),
  );

/**
 * Reads page after page, each after the serial number that the last one ended with, and looks at
 * each.
 */
export async function eachPage<Item extends { sn: string }>(
  read: (after: string) => Promise<Item[]>,
  look: (page: readonly Item[]) => Promise<Difference[]>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (let page = await read(''); page.length > 0; page = await read(page.at(-1)?.sn ?? ''))
    found.push(...(await look(page)));
  return found;
}
