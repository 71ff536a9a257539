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
import type { Stay } from '../domain/stay.ts';

export type LoaderNeeds = ListHomestaysOfShopsNeeds &
  ListCommentsOfHomestaysNeeds &
  ListNightPricesNeeds & {
    homestaysByIds: ByIds<Homestay>;
    shopsByIds: ByIds<HomestayShop>;
    commentsByIds: ByIds<HomestayComment>;
  };

type ByIds<Entity> = (ids: readonly string[]) => Promise<Entity[]>;

export type Loaders = ReturnType<typeof createLoaders>;

/**
 * The loaders of one request: what its fields ask for one by one is read from a collection at once.
 */
export const createLoaders = (needs: LoaderNeeds) => ({
  homestay: entityLoader(needs.homestaysByIds),
  shop: entityLoader(needs.shopsByIds),
  comment: entityLoader(needs.commentsByIds),
  homestaysOfShop: argumentLoader(
    (id: string) => id,
    (ids, page: PageInput & { all?: boolean }) => listHomestaysOfShops(needs, ids, page),
  ),
  commentsOfHomestay: argumentLoader(
    (id: string) => id,
    (ids, page: PageInput) => listCommentsOfHomestays(needs, ids, page),
  ),
  nightPrices: argumentLoader(
    ({ id }: Homestay) => id,
    (homestays, stay: Stay) => listNightPrices(needs, homestays, stay),
  ),
  stayTotal: argumentLoader(
    ({ id }: Homestay) => id,
    (homestays, search: { stay: Stay; guests: number }) => listStayTotals(needs, homestays, search),
  ),
});

const entityLoader = <Entity extends { id: string }>(byIds: ByIds<Entity>) =>
  new DataLoader<string, Entity | null>(async (ids) => {
    const found = new Map((await byIds(ids)).map((entity) => [entity.id, entity]));
    return ids.map((id) => found.get(id) ?? null);
  });

/**
 * Loads something of many parents that depends on arguments too, such as a page of their lists:
 * parents that are asked with the same arguments are read together.
 */
const argumentLoader = <Args extends object, Parent, Result>(
  keyOf: (parent: Parent) => string,
  load: (parents: Parent[], args: Args) => Promise<Result[]>,
) => {
  const loaders = new Map<string, DataLoader<Parent, Result, string>>();
  return (parent: Parent, args: Args): Promise<Result> => {
    const key = JSON.stringify(Object.entries(args).sort());
    const known =
      loaders.get(key) ??
      new DataLoader<Parent, Result, string>((parents) => load([...parents], args), {
        cacheKeyFn: keyOf,
      });
    loaders.set(key, known);
    return known.load(parent);
  };
};
