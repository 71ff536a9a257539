import { signedInUser } from '../../../runtime/caller.ts';
import type { PageInput } from '../../../runtime/connection.ts';
import { globalId, keyOfId } from '../../../runtime/global-id.ts';
import { isRefused, refusedFields } from '../../../runtime/refusal.ts';
import type { ShopEdit } from '../actions/edit-homestay-shop.ts';
import { drawingOf } from '../domain/drawing.ts';
import type { HomestayEdit } from '../domain/edit-homestay.ts';
import type { HomestayFilter } from '../domain/homestay-search.ts';
import { noticesTo } from '../domain/homestay-shop.ts';
import type {
  EditHomestayInput,
  EditHomestayShopInput,
  HomestayFilter as HomestayFilterInput,
  Resolvers,
} from './generated.ts';
import { imagesOf } from './images.ts';
import { load, node } from './node.ts';
import { stayToOrder } from './stay-to-order.ts';

/**
 * An argument with a default in the schema is optional in the generated types, but always there.
 */
const asPage = (page: { first?: number; after?: string | null }): PageInput => page as PageInput;

/** The key that a client means; for the id of another type a key that nothing has. */
const keyOf = (type: string, id: string): string => keyOfId(type, id) ?? '';

/** A shop is named by its id or its plain key; the id of another type matches no shop. */
const asFilter = (filter: HomestayFilterInput | null | undefined): HomestayFilter => {
  const { shopId, near, ...rest } = filter ?? {};
  return {
    ...rest,
    shopId: shopId == null ? null : keyOf('HomestayShop', shopId),
    near: near ? { ...near, radiusKm: near.radiusKm ?? 10 } : null,
  };
};

/** The fields that an input names. A null counts only where null takes something away. */
const given = <Input extends object>(input: Input, nullable: readonly (keyof Input)[] = []) =>
  Object.fromEntries(
    Object.entries(input).filter(
      ([field, value]) => value != null || (value === null && nullable.includes(field as never)),
    ),
  );

const asEdit = ({ homestayId, ...input }: EditHomestayInput) => ({
  ...(given(input, ['neighbourhood', 'maximumNights', 'marketPrice', 'foodPrice']) as HomestayEdit),
  homestayId: keyOf('Homestay', homestayId),
});

const asShopEdit = ({ shopId, ...input }: EditHomestayShopInput) => ({
  ...(given(input) as ShopEdit),
  shopId: keyOf('HomestayShop', shopId),
});

export const resolvers: Resolvers = {
  Query: {
    node: (_, { id }, { loaders }, info) => node(id, loaders, info),
    homestays: (_, { filter, sort = 'RECOMMENDED', ...page }, { actions }) =>
      actions.listHomestays({ ...asPage(page), sort, filter: asFilter(filter) }),
    // One that can't be booked is shown by reference and by `node` only, to those who have it
    // already.
    homestay: async (_, { id }, { loaders }) => {
      const homestay = await load(loaders.homestay, 'Homestay', id);
      return homestay?.bookable ? homestay : null;
    },
    homestayShop: (_, { id }, { loaders }) => load(loaders.shop, 'HomestayShop', id),
    myHomestayShops: (_, page, { caller, actions }) =>
      actions.listMyShops(signedInUser(caller), asPage(page)),
    homestayShops: (_, page, { actions }) => actions.listShops(asPage(page)),
  },
  Mutation: {
    editHomestay: (_, { input }, { caller, actions }) =>
      actions.editHomestay(signedInUser(caller), asEdit(input)),
    editHomestayShop: (_, { input }, { caller, actions }) =>
      actions.editHomestayShop(
        { userId: signedInUser(caller), email: caller.email },
        asShopEdit(input),
      ),
    setNightPrices: (_, { input: { price = null, ...input } }, { caller, actions }) =>
      actions.setNightPrices(signedInUser(caller), {
        ...input,
        price,
        homestayId: keyOf('Homestay', input.homestayId),
      }),
    commentOnStay: (_, { input }, { caller, actions }) =>
      actions.commentOnStay(signedInUser(caller), {
        ...input,
        orderSn: keyOf('HomestayOrder', input.orderSn),
      }),
  },
  HomestayResult: { __resolveType: (result) => (isRefused(result) ? 'HostRefused' : 'Homestay') },
  HomestayShopResult: {
    __resolveType: (result) => (isRefused(result) ? 'HostRefused' : 'HomestayShop'),
  },
  HomestayCommentResult: {
    __resolveType: (result) => (isRefused(result) ? 'CommentRefused' : 'HomestayComment'),
  },
  HostRefused: refusedFields,
  CommentRefused: refusedFields,
  HomestayConnection: {
    totalCount: ({ filter }, _, { actions }) => actions.countHomestays(filter),
    facets: ({ filter }, _, { actions }) => actions.homestayFacets(filter),
  },
  Homestay: {
    __resolveReference: ({ id }, { loaders }, info) => {
      const stay = stayToOrder(info);
      const priced = stay && { load: (key: string) => loaders.homestayToOrder(key, stay) };
      return load(priced ?? loaders.homestay, 'Homestay', id);
    },
    id: ({ id }) => globalId('Homestay', id),
    shop: async ({ id, shopId }, _, { loaders }) => {
      const shop = await loaders.shop.load(shopId);
      if (!shop) throw new Error(`the shop ${shopId} of homestay ${id} is missing`);
      return shop;
    },
    images: (homestay) => imagesOf(homestay),
    nightPrices: (homestay, { from, to }, { loaders }) =>
      loaders.nightPrices(homestay, { checkIn: from, checkOut: to }),
    stayTotal: (homestay, { stay, guests }, { loaders }) =>
      stay ? loaders.stayTotal(homestay, { stay, guests: guests ?? 1 }) : null,
    comments: ({ id }, page, { loaders }) => loaders.commentsOfHomestay(id, asPage(page)),
  },
  HomestayShop: {
    __resolveReference: ({ id }, { loaders }) => load(loaders.shop, 'HomestayShop', id),
    id: ({ id }) => globalId('HomestayShop', id),
    images: ({ id, name }) => [drawingOf(id, name)],
    noticesTo: (shop, _, { caller }) => (caller.userId === shop.hostId ? noticesTo(shop) : null),
    hostEmail: (shop) => noticesTo(shop),
    homestays: ({ id, hostId }, { all, ...page }, { caller, loaders }) =>
      loaders.homestaysOfShop(id, {
        ...asPage(page),
        all: all === true && caller.userId === hostId,
      }),
  },
  HomestayComment: {
    __resolveReference: ({ id }, { loaders }) => load(loaders.comment, 'HomestayComment', id),
    id: ({ id }) => globalId('HomestayComment', id),
  },
};
