import { cacheDirectory } from './cache.ts';
import { openMongo } from './open-mongo.ts';

/** For tests: a process that opens a MongoDB on the directory it is given, prints its address, and stays. */
const [dataDir = ''] = process.argv.slice(2);
const { uri } = await openMongo({
  dataDir,
  cacheDir: cacheDirectory(),
  env: process.env,
  say: console.error,
});
console.log(uri);
