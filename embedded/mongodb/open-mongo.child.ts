import { cacheDirectory } from './cache.ts';
import { openMongo } from './open-mongo.ts';

/** For tests: opens a MongoDB on the given directory, prints its address, and keeps running. */
const [dataDir = ''] = process.argv.slice(2);
const { uri } = await openMongo({
  dataDir,
  cacheDir: cacheDirectory(),
  env: process.env,
  say: console.error,
});
console.log(uri);
