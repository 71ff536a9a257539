import { type PageInput, pageSize } from '../../../runtime/connection.ts';
import { globalId } from '../../../runtime/global-id.ts';
import type { Resolvers } from './generated.ts';
import { load, node } from './node.ts';

/** The generated types call optional what has a default in the schema. */
const asPage = (page: { first?: number; after?: string | null }): PageInput => page as PageInput;

export const resolvers: Resolvers = {
  Query: {
    node: (_, { id }, { loaders }, info) => node(id, loaders, info),
    homestays: (_, { filter, ...page }, { actions }) =>
      actions.listHomestays(asPage(page), filter ?? {}),
    // One that can't be booked is shown by reference alone, to those who have ordered it.
    homestay: async (_, { id }, { loaders }) => {
      const homestay = await load(loaders.homestay, 'Homestay', id);
      return homestay?.bookable ? homestay : null;
    },
    preferredHomestays: (_, page, { actions }) =>
      actions.preferredHomestays(pageSize(asPage(page))),
    newestHomestays: (_, page, { actions }) => actions.newestHomestays(pageSize(asPage(page))),
    homestayShop: (_, { id }, { loaders }) => load(loaders.shop, 'HomestayShop', id),
    homestayShops: (_, page, { actions }) => actions.listShops(asPage(page)),
  },
  Homestay: {
    __resolveReference: ({ id }, { loaders }) => load(loaders.homestay, 'Homestay', id),
    id: ({ id }) => globalId('Homestay', id),
    shop: async ({ id, shopId }, _, { loaders }) => {
      const shop = await loaders.shop.load(shopId);
      if (!shop) throw new Error(`the shop ${shopId} of homestay ${id} is missing`);
      return shop;
    },
    comments: ({ id }, page, { loaders }) =>
      loaders.commentsOfHomestay.load({ parentId: id, ...asPage(page) }),
  },
  HomestayShop: {
    __resolveReference: ({ id }, { loaders }) => load(loaders.shop, 'HomestayShop', id),
    id: ({ id }) => globalId('HomestayShop', id),
    homestays: ({ id }, page, { loaders }) =>
      loaders.homestaysOfShop.load({ parentId: id, ...asPage(page) }),
  },
  HomestayComment: {
    __resolveReference: ({ id }, { loaders }) => load(loaders.comment, 'HomestayComment', id),
    id: ({ id }) => globalId('HomestayComment', id),
  },
};
