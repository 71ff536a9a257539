import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
} from '../../../runtime/connection.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import { readIdCursor } from './read-cursor.ts';

export type ListMyShopsNeeds = {
  shopsOfHost(
    hostId: string,
    slice: { after: string | null; limit: number },
  ): Promise<HomestayShop[]>;
};

/** One page of a host's own shops, open or not, by id. @throws BAD_USER_INPUT */
export async function listMyShops(
  needs: ListMyShopsNeeds,
  hostId: string,
  page: PageInput,
): Promise<Connection<HomestayShop>> {
  const slice = { after: readIdCursor(page), limit: pageSize(page) + 1 };
  return connectionOf(await needs.shopsOfHost(hostId, slice), page, ({ id }) => [id]);
}
