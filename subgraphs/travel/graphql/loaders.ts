import DataLoader from 'dataloader';
import type { PageInput } from '../../../runtime/connection.ts';
import { listStayTotals } from '../actions/list-by-price.ts';
import {
  type ListCommentsOfHomestaysNeeds,
  listCommentsOfHomestays,
} from '../actions/list-comments-of-homestays.ts';
import {
  type ListHomestaysOfShopsNeeds,
  listHomestaysOfShops,
} from '../actions/list-homestays-of-shops.ts';
import { type ListNightPricesNeeds, listNightPrices } from '../actions/list-night-prices.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import type { NightPrice, OwnNightPrice } from '../domain/night-prices.ts';
import type { Stay } from '../domain/stay.ts';

export type LoaderNeeds = ListHomestaysOfShopsNeeds &
  ListCommentsOfHomestaysNeeds &
  ListNightPricesNeeds & {
    homestaysByIds: ByIds<Homestay>;
    shopsByIds: ByIds<HomestayShop>;
    commentsByIds: ByIds<HomestayComment>;
    homestaysToOrder(ids: readonly string[], stay: Stay): Promise<HomestayToOrder[]>;
  };

/** A homestay, with its shop, and the nights of a stay that have prices of their own. */
export type HomestayToOrder = {
  homestay: Homestay;
  shop: HomestayShop | null;
  ownNightPrices: OwnNightPrice[];
};

type ByIds<Entity> = (ids: readonly string[]) => Promise<Entity[]>;

export type Loaders = ReturnType<typeof createLoaders>;

/**
 * The loaders of one request: what its fields ask for one by one is read from a collection at once.
 */
export function createLoaders(needs: LoaderNeeds) {
  const shop = entityLoader(needs.shopsByIds);
  const nightPrices = argumentLoader(
    ({ id }: Homestay) => id,
    (homestays, stay: Stay) => listNightPrices(needs, homestays, stay),
  );
  return {
    shop,
    nightPrices: nightPrices.load,
    homestay: entityLoader(needs.homestaysByIds),
    /** Reads the shop and the prices of a stay too, so that they need not be read afterwards. */
    homestayToOrder: argumentLoader(
      (id: string) => id,
      async (ids, stay: Stay) => {
        const found = await needs.homestaysToOrder(ids, stay);
        const own = found.flatMap(({ ownNightPrices }) => ownNightPrices);
        const homestays = found.map(({ homestay }) => homestay);
        const known = { ownNightPrices: async () => own };
        const prices = await listNightPrices(known, homestays, stay);
        for (const [i, { homestay, shop: its }] of found.entries()) {
          if (its) shop.prime(its.id, its);
          nightPrices.prime(homestay, stay, prices[i] as NightPrice[]);
        }
        return inOrder(ids, homestays);
      },
    ).load,
    comment: entityLoader(needs.commentsByIds),
    homestaysOfShop: argumentLoader(
      (id: string) => id,
      (ids, page: PageInput & { all?: boolean }) => listHomestaysOfShops(needs, ids, page),
    ).load,
    commentsOfHomestay: argumentLoader(
      (id: string) => id,
      (ids, page: PageInput) => listCommentsOfHomestays(needs, ids, page),
    ).load,
    stayTotal: argumentLoader(
      ({ id }: Homestay) => id,
      (homestays, search: { stay: Stay; guests: number }) =>
        listStayTotals(needs, homestays, search),
    ).load,
  };
}

/** What was found, in the order of the ids; null where nothing was. */
function inOrder<Entity extends { id: string }>(
  ids: readonly string[],
  found: readonly Entity[],
): (Entity | null)[] {
  const byId = new Map(found.map((entity) => [entity.id, entity]));
  return ids.map((id) => byId.get(id) ?? null);
}

const entityLoader = <Entity extends { id: string }>(byIds: ByIds<Entity>) =>
  new DataLoader<string, Entity | null>(async (ids) => inOrder(ids, await byIds(ids)));

/**
 * Loads something of many parents that depends on arguments too, such as a page of their lists:
 * parents that are asked with the same arguments are read together.
 */
const argumentLoader = <Args extends object, Parent, Result>(
  keyOf: (parent: Parent) => string,
  load: (parents: Parent[], args: Args) => Promise<Result[]>,
) => {
  const loaders = new Map<string, DataLoader<Parent, Result, string>>();
  const loaderFor = (args: Args) => {
    const key = JSON.stringify(Object.entries(args).sort());
    const known =
      loaders.get(key) ??
      new DataLoader<Parent, Result, string>((parents) => load([...parents], args), {
        cacheKeyFn: keyOf,
      });
    loaders.set(key, known);
    return known;
  };
  return {
    load: (parent: Parent, args: Args): Promise<Result> => loaderFor(args).load(parent),
    /** Notes what is known already. */
    prime: (parent: Parent, args: Args, result: Result): void => {
      loaderFor(args).prime(parent, result);
    },
  };
};
