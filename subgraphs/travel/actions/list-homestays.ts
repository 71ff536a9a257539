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
  isByPrice,
  isInWindow,
  type Position,
  positionOf,
  searchFault,
} from '../domain/homestay-search.ts';
import type { Stay } from '../domain/stay.ts';
import {
  type OrderByPriceNeeds,
  type Ordered,
  orderedByPrice,
  pricedWithin,
  withoutBounds,
} from './list-by-price.ts';
import { readSortCursor } from './read-cursor.ts';

export type ListHomestaysNeeds = OrderByPriceNeeds & {
  homestaysByIds(ids: readonly string[]): Promise<Homestay[]>;
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
  const ordered = await orderedByPrice(needs, filter, sort, after);
  if (ordered) return pageByPrice(needs, ordered, { filter, sort, page, limit });
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

/** A page of homestays in the order of what the stay costs. */
async function pageByPrice(
  needs: ListHomestaysNeeds,
  ordered: readonly Ordered[],
  { filter, sort, page, limit }: ByPrice,
): Promise<HomestayPage> {
  const found: Ordered[] = [];
  for (let from = 0; found.length < limit && from < ordered.length; from += largestChunk)
    found.push(...(await bookable(needs, ordered.slice(from, from + largestChunk), filter.stay)));
  const positions = new Map(found.slice(0, limit).map(({ id, position }) => [id, position]));
  const read = new Map((await needs.homestaysByIds([...positions.keys()])).map((h) => [h.id, h]));
  const homestays = [...positions.keys()].flatMap((id) => read.get(id) ?? []);
  const keyOf = ({ id }: Homestay) => [sort, positions.get(id)?.value ?? 0, id];
  return { ...connectionOf(homestays, page, keyOf), filter };
}
type ByPrice = { filter: HomestayFilter; sort: HomestaySort; page: PageInput; limit: number };

/** Those of these homestays, 500 at most, that can be booked for the stay; without one, all. */
async function bookable<H extends Pick<Homestay, 'id' | 'timeZone'>>(
  needs: Pick<ListHomestaysNeeds, 'now' | 'limits' | 'takenHomestays'>,
  homestays: readonly H[],
  stay: Stay | null | undefined,
): Promise<H[]> {
  if (!stay) return [...homestays];
  const now = await needs.now();
  const { maxDaysAhead } = needs.limits;
  const inWindow = homestays.filter(({ timeZone }) =>
    isInWindow(stay, timeZone, { now, maxDaysAhead }),
  );
  const ids = inWindow.map(({ id }) => id);
  const taken = ids.length > 0 ? await needs.takenHomestays(ids, stay) : new Set<string>();
  return inWindow.filter(({ id }) => !taken.has(id));
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
  // Homestays that are too many to order by what the stay costs are read by their usual price.
  const wide = isByPrice(sort) ? filter : withoutBounds(filter);
  for (let size = 2 * limit; !exhausted && found.length < limit && candidates < maxCandidates; ) {
    const chunk = Math.min(size, largestChunk);
    const from = last ? positionOf(last, sort) : after;
    const read = await needs.listedHomestays({ filter: wide, sort, after: from, limit: chunk });
    found.push(...(await bookable(needs, await pricedWithin(needs, read, filter), filter.stay)));
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
