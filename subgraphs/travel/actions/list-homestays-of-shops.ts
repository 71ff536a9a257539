import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
} from '../../../runtime/connection.ts';
import type { Homestay } from '../domain/homestay.ts';
import { readIdCursor } from './read-cursor.ts';

export type ListHomestaysOfShopsNeeds = {
  bookableByShop(
    shopIds: readonly string[],
    slice: { after: string | null; limit: number },
  ): Promise<Map<string, Homestay[]>>;
};

/** The same page of each shop's bookable homestays, in the order of `shopIds`. @throws BAD_USER_INPUT */
export async function listHomestaysOfShops(
  needs: ListHomestaysOfShopsNeeds,
  shopIds: readonly string[],
  page: PageInput,
): Promise<Connection<Homestay>[]> {
  const first = pageSize(page);
  const after = readIdCursor(page);
  const lists = await needs.bookableByShop(shopIds, { after, limit: first + 1 });
  return shopIds.map((id) => connectionOf(lists.get(id) ?? [], page, (homestay) => [homestay.id]));
}
