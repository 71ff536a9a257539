import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
  writeCursor,
} from '../../../runtime/connection.ts';
import { clientError } from '../../../runtime/errors.ts';
import type { Homestay } from '../domain/homestay.ts';
import { filterFault, type HomestayFilter } from '../domain/homestay-filter.ts';
import type { Stay } from '../domain/stay.ts';
import { readIdCursor } from './read-cursor.ts';

type Slice = { after: string | null; limit: number };

export type ListHomestaysNeeds = {
  bookable(filter: HomestayFilter, slice: Slice): Promise<Homestay[]>;
  bookableIds(filter: HomestayFilter, slice: Slice): Promise<string[]>;
  byIds(ids: readonly string[]): Promise<Homestay[]>;
  /** Asked about 500 at most. */
  takenHomestays(ids: readonly string[], stay: Stay): Promise<ReadonlySet<string>>;
  /** The longest stay that can be ordered. */
  maxNights: number;
};

/** The order service answers for this many at once. */
const largestChunk = 500;
/** What one request may cost when hardly anything is free; the next page goes on from there. */
const maxCandidates = 5_000;

const keyOf = ({ id }: { id: string }) => [id];

/** One page of bookable homestays by id. @throws BAD_USER_INPUT, or SERVICE_UNAVAILABLE where free nights cannot be told */
export async function listHomestays(
  needs: ListHomestaysNeeds,
  page: PageInput,
  filter: HomestayFilter,
): Promise<Connection<Homestay>> {
  const fault = filterFault(filter, needs.maxNights);
  if (fault) throw clientError('BAD_USER_INPUT', fault);
  const first = pageSize(page);
  const after = readIdCursor(page);
  if (filter.free) return listFree(needs, { first, after, filter, stay: filter.free });
  return connectionOf(await needs.bookable(filter, { after, limit: first + 1 }), page, keyOf);
}

type FreeQuestion = { first: number; after: string | null; filter: HomestayFilter; stay: Stay };

/** Takes candidates in growing chunks and drops the taken ones, until the page is full. */
async function listFree(
  needs: ListHomestaysNeeds,
  question: FreeQuestion,
): Promise<Connection<Homestay>> {
  const { first, filter, stay } = question;
  const free: string[] = [];
  let { after } = question;
  let candidates = 0;
  let exhausted = false;
  for (
    let limit = 2 * first;
    free.length <= first && !exhausted && candidates < maxCandidates;
    limit *= 2
  ) {
    const chunk = Math.min(limit, largestChunk);
    const ids = await needs.bookableIds(filter, { after, limit: chunk });
    const taken = ids.length > 0 ? await needs.takenHomestays(ids, stay) : new Set();
    free.push(...ids.filter((id) => !taken.has(id)));
    candidates += ids.length;
    exhausted = ids.length < chunk;
    after = ids.at(-1) ?? after;
  }
  const found = new Map(
    (await needs.byIds(free.slice(0, first + 1))).map((homestay) => [homestay.id, homestay]),
  );
  const homestays = free.flatMap((id) => found.get(id) ?? []);
  const connection = connectionOf(homestays, { first, after: question.after }, keyOf);
  if (exhausted || free.length > first || after === null) return connection;
  return {
    ...connection,
    pageInfo: { ...connection.pageInfo, hasNextPage: true, endCursor: writeCursor([after]) },
  };
}
