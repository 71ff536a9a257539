import { connectionOf, type PageInput, pageSize } from '../../../runtime/connection.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayPage } from './list-homestays.ts';
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
): Promise<HomestayPage[]> {
  const first = pageSize(page);
  const after = readIdCursor(page);
  const lists = await needs.bookableByShop(shopIds, { after, limit: first + 1 });
  return shopIds.map((shopId) => ({
    ...connectionOf(lists.get(shopId) ?? [], page, ({ id }) => [id]),
    filter: { shopId },
  }));
}
