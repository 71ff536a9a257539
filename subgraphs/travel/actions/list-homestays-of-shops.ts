import { connectionOf, type PageInput, pageSize } from '../../../runtime/connection.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayPage } from './list-homestays.ts';
import { readIdCursor } from './read-cursor.ts';

export type ListHomestaysOfShopsNeeds = {
  homestaysByShop(
    shopIds: readonly string[],
    slice: { after: string | null; limit: number; all: boolean },
  ): Promise<Map<string, Homestay[]>>;
};

/**
 * The same page of each shop's homestays, in the order of `shopIds`: those that can be booked, or
 * all.
 * @throws BAD_USER_INPUT
 */
export async function listHomestaysOfShops(
  needs: ListHomestaysOfShopsNeeds,
  shopIds: readonly string[],
  { all = false, ...page }: PageInput & { all?: boolean },
): Promise<HomestayPage[]> {
  const first = pageSize(page);
  const after = readIdCursor(page);
  const lists = await needs.homestaysByShop(shopIds, { after, limit: first + 1, all });
  return shopIds.map((shopId) => ({
    ...connectionOf(lists.get(shopId) ?? [], page, ({ id }) => [id]),
    filter: { shopId },
  }));
}
