import type { Bound } from '../../../runtime/bind.ts';
import { countHomestays } from './count-homestays.ts';
import { homestayFacets } from './homestay-facets.ts';
import { listHomestays } from './list-homestays.ts';
import { listShops } from './list-shops.ts';

/** Everything that can be asked of the service. */
export const allActions = { countHomestays, homestayFacets, listHomestays, listShops };

/** The actions as a resolver calls them. */
export type Actions = Bound<typeof allActions>;
