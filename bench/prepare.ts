import { cacheDirectory } from '../embedded/mongodb/cache.ts';
import { builtPages } from '../web/build.ts';
import { compiled } from './build.ts';
import { installPeers } from './peers/install.ts';
import { withMongo } from './stage.ts';

/**
 * Installs and builds what benchmarks need and is not there yet: the peers, a MongoDB, the storefront's
 * pages, and the compiled services. All but these last stay in the cache.
 */
export async function prepare(): Promise<void> {
  await installPeers();
  await withMongo(async () => {});
  await builtPages(cacheDirectory(), () => console.error('building the pages'));
  compiled('gateway');
}
