import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
} from '../../../runtime/connection.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import { readIdCursor } from './read-cursor.ts';

export type ListShopsNeeds = {
  openShops(slice: { after: string | null; limit: number }): Promise<HomestayShop[]>;
};

/** One page of open shops by id. @throws BAD_USER_INPUT */
export async function listShops(
  needs: ListShopsNeeds,
  page: PageInput,
): Promise<Connection<HomestayShop>> {
  const first = pageSize(page);
  const after = readIdCursor(page);
  return connectionOf(await needs.openShops({ after, limit: first + 1 }), page, ({ id }) => [id]);
}
