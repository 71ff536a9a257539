import type { HomestayFilter } from '../domain/homestay-search.ts';
import { withoutBounds } from './list-by-price.ts';
import { findFree, type ListHomestaysNeeds } from './list-homestays.ts';

/** Counting stops here, so that a count of everything costs no more than this. */
const maxCounted = 10_000;
/** Counting for a stay asks the order service about every candidate. */
const maxCandidates = 5_000;

export type CountHomestaysNeeds = ListHomestaysNeeds;

/** How many homestays a search finds; null if they are too many to be counted. */
export async function countHomestays(
  needs: CountHomestaysNeeds,
  filter: HomestayFilter,
): Promise<number | null> {
  const limit = filter.stay ? maxCandidates : maxCounted;
  const listed = await needs.countListed(withoutBounds(filter), limit + 1);
  if (listed > limit) return null;
  if (!filter.stay) return listed;
  const { found } = await findFree(needs, { filter, sort: 'RECOMMENDED', after: null, limit });
  return found.length;
}
