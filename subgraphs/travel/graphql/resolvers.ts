import { type PageInput, pageSize } from '../../../runtime/connection.ts';
import type { Resolvers } from './generated.ts';

/** The generated types call optional what has a default in the schema. */
const asPage = (page: { first?: number; after?: string | null }): PageInput => page as PageInput;

export const resolvers: Resolvers = {
  Query: {
    homestays: (_, { filter, ...page }, { actions }) =>
      actions.listHomestays(asPage(page), filter ?? {}),
    // One that can't be booked is shown by reference alone, to those who have ordered it.
    homestay: async (_, { id }, { loaders }) => {
      const homestay = await loaders.homestay.load(id);
      return homestay?.bookable ? homestay : null;
    },
    preferredHomestays: (_, page, { actions }) =>
      actions.preferredHomestays(pageSize(asPage(page))),
    newestHomestays: (_, page, { actions }) => actions.newestHomestays(pageSize(asPage(page))),
    homestayShop: (_, { id }, { loaders }) => loaders.shop.load(id),
    homestayShops: (_, page, { actions }) => actions.listShops(asPage(page)),
  },
  Homestay: {
    __resolveReference: ({ id }, { loaders }) => loaders.homestay.load(id),
    shop: async ({ id, shopId }, _, { loaders }) => {
      const shop = await loaders.shop.load(shopId);
      if (!shop) throw new Error(`the shop ${shopId} of homestay ${id} is missing`);
      return shop;
    },
    comments: ({ id }, page, { loaders }) =>
      loaders.commentsOfHomestay.load({ parentId: id, ...asPage(page) }),
  },
  HomestayShop: {
    __resolveReference: ({ id }, { loaders }) => loaders.shop.load(id),
    homestays: ({ id }, page, { loaders }) =>
      loaders.homestaysOfShop.load({ parentId: id, ...asPage(page) }),
  },
  HomestayComment: { __resolveReference: ({ id }, { loaders }) => loaders.comment.load(id) },
};
