import type { Bound } from '../../../runtime/bind.ts';
import { commentOnStay } from './comment-on-stay.ts';
import { countHomestays } from './count-homestays.ts';
import { editHomestay } from './edit-homestay.ts';
import { editHomestayShop } from './edit-homestay-shop.ts';
import { homestayFacets } from './homestay-facets.ts';
import { listHomestays } from './list-homestays.ts';
import { listMyShops } from './list-my-shops.ts';
import { listShops } from './list-shops.ts';
import { setNightPrices } from './set-night-prices.ts';

/** Everything that can be asked of the service. */
export const allActions = {
  commentOnStay,
  countHomestays,
  editHomestay,
  editHomestayShop,
  homestayFacets,
  listHomestays,
  listMyShops,
  listShops,
  setNightPrices,
};

/** The actions as a resolver calls them. */
export type Actions = Bound<typeof allActions>;
