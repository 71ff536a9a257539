import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
  writeCursor,
} from '../../../runtime/connection.ts';
import { clientError } from '../../../runtime/errors.ts';
import type { Homestay } from '../domain/homestay.ts';
import {
  type BookingLimits,
  type HomestayFilter,
  type HomestaySort,
  isInWindow,
  type Position,
  positionOf,
  searchFault,
} from '../domain/homestay-search.ts';
import type { Stay } from '../domain/stay.ts';
import { readSortCursor } from './read-cursor.ts';

export type ListHomestaysNeeds = {
  listedHomestays(question: {
    filter: HomestayFilter;
    sort: HomestaySort;
    after: Position | null;
    limit: number;
  }): Promise<Homestay[]>;
  /** Which of these, 500 at most, have a night in the stay that is taken or blocked. */
  takenHomestays(ids: readonly string[], stay: Stay): Promise<ReadonlySet<string>>;
  now(): Promise<Date>;
  limits: BookingLimits;
};

/** A page of homestays, and the filter by which its total and its facets are counted. */
export type HomestayPage = Connection<Homestay> & { filter: HomestayFilter };

/** The order service answers for this many at once. */
const largestChunk = 500;
/** How many homestays one request may look through when hardly any is free. */
const maxCandidates = 5_000;

/**
 * One page of homestays. All that are listed for a stay can be booked for it.
 * @throws BAD_USER_INPUT, or SERVICE_UNAVAILABLE if the order service can't tell which nights are
 *   free
 */
export async function listHomestays(
  needs: ListHomestaysNeeds,
  { filter, sort, ...page }: PageInput & { filter: HomestayFilter; sort: HomestaySort },
): Promise<HomestayPage> {
  const fault = searchFault(filter, sort, needs.limits);
  if (fault) throw clientError('BAD_USER_INPUT', fault);
  const limit = pageSize(page) + 1;
  const after = readSortCursor(page, sort);
  const keyOf = (homestay: Homestay) => cursorKey(homestay, sort);
  if (!filter.stay) {
    const listed = await needs.listedHomestays({ filter, sort, after, limit });
    return { ...connectionOf(listed, page, keyOf), filter };
  }
  const { found, last, exhausted } = await findFree(needs, { filter, sort, after, limit });
  const connection = { ...connectionOf(found, page, keyOf), filter };
  if (exhausted || found.length >= limit || !last) return connection;
  // The search gave up before the page was full: the next page goes on from there.
  const endCursor = writeCursor(keyOf(last));
  return { ...connection, pageInfo: { ...connection.pageInfo, hasNextPage: true, endCursor } };
}

type Search = { filter: HomestayFilter; sort: HomestaySort; after: Position | null; limit: number };

/**
 * Reads candidates in growing chunks and keeps those that can be booked, until there are enough.
 */
export async function findFree(needs: ListHomestaysNeeds, { filter, sort, after, limit }: Search) {
  const found: Homestay[] = [];
  let last: Homestay | undefined;
  let candidates = 0;
  let exhausted = false;
  const now = await needs.now();
  const { maxDaysAhead } = needs.limits;
  const stay = filter.stay as Stay;
  for (let size = 2 * limit; !exhausted && found.length < limit && candidates < maxCandidates; ) {
    const chunk = Math.min(size, largestChunk);
    const from = last ? positionOf(last, sort) : after;
    const read = await needs.listedHomestays({ filter, sort, after: from, limit: chunk });
    const inWindow = read.filter(({ timeZone }) =>
      isInWindow(stay, timeZone, { now, maxDaysAhead }),
    );
    const ids = inWindow.map(({ id }) => id);
    const taken = ids.length > 0 ? await needs.takenHomestays(ids, stay) : new Set<string>();
    found.push(...inWindow.filter(({ id }) => !taken.has(id)));
    candidates += read.length;
    exhausted = read.length < chunk;
    last = read.at(-1) ?? last;
    size *= 2;
  }
  return { found: found.slice(0, limit), last, exhausted };
}

const cursorKey = (homestay: Homestay, sort: HomestaySort): (string | number)[] => {
  const { value, id } = positionOf(homestay, sort);
  return [sort, value, id];
};
