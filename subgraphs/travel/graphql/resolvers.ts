import type { PageInput } from '../../../runtime/connection.ts';
import { globalId, keyOfId } from '../../../runtime/global-id.ts';
import type { HomestayFilter } from '../domain/homestay-search.ts';
import type { HomestayFilter as HomestayFilterInput, Resolvers } from './generated.ts';
import { load, node } from './node.ts';

/** The generated types call optional what has a default in the schema. */
const asPage = (page: { first?: number; after?: string | null }): PageInput => page as PageInput;

/** A shop is named by its id or its plain key; the id of another type matches no shop. */
const asFilter = (filter: HomestayFilterInput | null | undefined): HomestayFilter => {
  const { shopId, near, ...rest } = filter ?? {};
  return {
    ...rest,
    shopId: shopId == null ? null : (keyOfId('HomestayShop', shopId) ?? ''),
    near: near ? { ...near, radiusKm: near.radiusKm ?? 10 } : null,
  };
};

export const resolvers: Resolvers = {
  Query: {
    node: (_, { id }, { loaders }, info) => node(id, loaders, info),
    homestays: (_, { filter, sort = 'RECOMMENDED', ...page }, { actions }) =>
      actions.listHomestays({ ...asPage(page), sort, filter: asFilter(filter) }),
    // One that can't be booked is shown by reference alone, to those who have ordered it.
    homestay: async (_, { id }, { loaders }) => {
      const homestay = await load(loaders.homestay, 'Homestay', id);
      return homestay?.bookable ? homestay : null;
    },
    homestayShop: (_, { id }, { loaders }) => load(loaders.shop, 'HomestayShop', id),
    homestayShops: (_, page, { actions }) => actions.listShops(asPage(page)),
  },
  HomestayConnection: {
    totalCount: ({ filter }, _, { actions }) => actions.countHomestays(filter),
    facets: ({ filter }, _, { actions }) => actions.homestayFacets(filter),
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
