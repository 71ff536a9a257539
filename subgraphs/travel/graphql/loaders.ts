import DataLoader from 'dataloader';
import type { Connection, PageInput } from '../../../runtime/connection.ts';
import {
  type ListCommentsOfHomestaysNeeds,
  listCommentsOfHomestays,
} from '../actions/list-comments-of-homestays.ts';
import type { HomestayPage } from '../actions/list-homestays.ts';
import {
  type ListHomestaysOfShopsNeeds,
  listHomestaysOfShops,
} from '../actions/list-homestays-of-shops.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';

export type LoaderNeeds = ListHomestaysOfShopsNeeds &
  ListCommentsOfHomestaysNeeds & {
    homestaysByIds: ByIds<Homestay>;
    shopsByIds: ByIds<HomestayShop>;
    commentsByIds: ByIds<HomestayComment>;
  };

type ByIds<Entity> = (ids: readonly string[]) => Promise<Entity[]>;

export type Loaders = ReturnType<typeof createLoaders>;

/** The loaders of one request: what its fields ask for one by one is read from a collection at once. */
export const createLoaders = (needs: LoaderNeeds) => ({
  homestay: entityLoader(needs.homestaysByIds),
  shop: entityLoader(needs.shopsByIds),
  comment: entityLoader(needs.commentsByIds),
  homestaysOfShop: pageLoader<HomestayPage>((ids, page) => listHomestaysOfShops(needs, ids, page)),
  commentsOfHomestay: pageLoader<Connection<HomestayComment>>((ids, page) =>
    listCommentsOfHomestays(needs, ids, page),
  ),
});

const entityLoader = <Entity extends { id: string }>(byIds: ByIds<Entity>) =>
  new DataLoader<string, Entity | null>(async (ids) => {
    const found = new Map((await byIds(ids)).map((entity) => [entity.id, entity]));
    return ids.map((id) => found.get(id) ?? null);
  });

type PageOfParent = PageInput & { parentId: string };

const pageKey = ({ first, after }: PageInput): string => JSON.stringify([first, after ?? null]);

/** Loads the page of many parents' lists: parents that are asked for the same page are read together. */
const pageLoader = <Page>(load: (parentIds: string[], page: PageInput) => Promise<Page[]>) =>
  new DataLoader<PageOfParent, Page, string>(
    async (asked) => {
      const loaders = new Map<string, DataLoader<string, Page>>();
      const loaderOf = (page: PageInput) => {
        const key = pageKey(page);
        const known =
          loaders.get(key) ?? new DataLoader((ids: readonly string[]) => load([...ids], page));
        loaders.set(key, known);
        return known;
      };
      return Promise.all(
        asked.map(({ parentId, ...page }) =>
          loaderOf(page)
            .load(parentId)
            .catch((error) => error),
        ),
      );
    },
    { cacheKeyFn: ({ parentId, ...page }) => parentId + pageKey(page) },
  );
