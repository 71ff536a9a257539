import type { Difference } from '../domain/difference.ts';

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

/** A difference as it was found: at which item of a page, and on what states it rests. */
export type Found = { sn: string; seen: string; difference: Difference };

/**
 * Of the differences that were found first, those that are found again. Reads that follow each other
 * are not of one moment: a stay or a refund may end in between. So a difference counts if it is found
 * twice, and nothing that it rests on has changed between the two.
 * @param again compares these items once more
 */
export async function foundTwice(
  first: readonly Found[],
  again: (sns: string[]) => Promise<Found[]>,
): Promise<Difference[]> {
  if (first.length === 0) return [];
  const known = new Set(first.map((one) => JSON.stringify(one)));
  const second = await again([...new Set(first.map(({ sn }) => sn))]);
  return second.filter((one) => known.has(JSON.stringify(one))).map(({ difference }) => difference);
}
