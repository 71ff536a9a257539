import { type PageInput, readCursor } from '../../../runtime/connection.ts';
import { clientError } from '../../../runtime/errors.ts';
import type { HomestaySort, Position } from '../domain/homestay-search.ts';

/** The latest instant that a Date can hold, in milliseconds; prices and ranks are below it. */
const maxInstant = 8.64e15;

/** The id that a list by id goes on after; null at its beginning. @throws BAD_USER_INPUT */
export function readIdCursor(page: PageInput): string | null {
  const [id] = readCursor(page, 1) ?? [null];
  if (typeof id === 'number')
    throw clientError('BAD_USER_INPUT', '`after` is not a cursor of this list.');
  return id ?? null;
}

/**
 * Where a list of comments, latest first, goes on; null at its beginning.
 * @throws BAD_USER_INPUT
 */
export function readCommentCursor(page: PageInput): { createdAt: Date; id: string } | null {
  const key = readCursor(page, 2);
  if (!key) return null;
  const [milliseconds, id] = key;
  const createdAt = new Date(typeof milliseconds === 'number' ? milliseconds : Number.NaN);
  if (typeof id === 'string' && !Number.isNaN(createdAt.getTime())) return { createdAt, id };
  throw clientError('BAD_USER_INPUT', '`after` is not a cursor of this list.');
}

/**
 * Where a sorted list of homestays goes on; null at its beginning. A cursor of another sort is
 * refused.
 * @throws BAD_USER_INPUT
 */
export function readSortCursor(page: PageInput, sort: HomestaySort): Position | null {
  const key = readCursor(page, 3);
  if (!key) return null;
  const [madeBy, value, id] = key;
  const isPosition = typeof value === 'number' && Math.abs(value) <= maxInstant;
  if (madeBy === sort && isPosition && typeof id === 'string') return { value, id };
  throw clientError('BAD_USER_INPUT', '`after` is not a cursor of this list in this sort.');
}
