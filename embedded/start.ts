import { startWithStack } from '../runtime/lifecycle.ts';
import { migrateAll } from '../runtime/migrations/migrate-service.ts';
import { openServiceDatabase } from '../runtime/service-database.ts';
import { databaseSettings, readSettings } from '../runtime/settings.ts';
import { importOwnCatalogue } from '../subgraphs/travel/import/import-catalogue.ts';
import { openCatalogueWriter } from '../subgraphs/travel/store/catalogue-writer.ts';
import { builtPages } from '../web/build.ts';
import { announceSystem, secretsOf } from './data-dir.ts';
import { cacheDirectory } from './mongodb/cache.ts';
import type { Say } from './mongodb/engine.ts';
import { openMongo } from './mongodb/open-mongo.ts';
import { checkSettings, startSystem } from './system.ts';

export type EmbeddedOptions = { dataDir: string; env: NodeJS.ProcessEnv; say: Say };

/** Starts everything on one machine, from the database to the gateway. Stops the database last. */
export const startEmbedded = ({ dataDir, env, say }: EmbeddedOptions) =>
  startWithStack(async (stack) => {
    // Checked first, because getting a database may take minutes.
    checkSettings({
      ...env,
      ...secretsFor(dataDir, env),
      MONGODB_URI: env.MONGODB_URI || 'mongodb://embedded',
    });
    const mongo = stack.use(await openMongo({ dataDir, cacheDir: cacheDirectory(env), env, say }));
    const settings = { ...env, ...secretsFor(dataDir, env), MONGODB_URI: mongo.uri };
    await migrateAll({ settings: readSettings(databaseSettings, settings), say, quietMs: 1_000 });
    const homestays = await importCatalogue(settings);
    if (homestays > 0) say(`Catalogue: imported ${homestays} homestays, because it was empty`);
    const system = stack.use(
      await startSystem({
        env: { ...(await pageSettings(settings, say)), KEEP_TRACES: '50', ...settings },
      }),
    );
    stack.defer(announceSystem(dataDir, { gatewayUrl: system.gatewayUrl, mongodbUri: mongo.uri }));
    return { gatewayUrl: system.gatewayUrl, onDatabaseFailure: mongo.onFailure };
  });

/**
 * The web pages, and a development sign-in for them: only where this machine alone can reach it,
 * since it makes anybody anybody. Without Vite, as with production packages alone, there are no
 * pages.
 */
async function pageSettings(env: NodeJS.ProcessEnv, say: Say): Promise<NodeJS.ProcessEnv> {
  const ours = !env.JWKS_URL && ['127.0.0.1', 'localhost', ''].includes(env.HOST ?? '');
  const signIn = ours ? { DEVELOPMENT_SIGN_IN: 'true' } : {};
  if (env.WEB_DIR) return signIn;
  const building = () => say('Web pages: building them, once, some seconds');
  return builtPages(cacheDirectory(env), building).then(
    (WEB_DIR) => ({ ...signIn, WEB_DIR }),
    (error) => {
      say(`Web pages: not built, so there are none (${error.message})`);
      return signIn;
    },
  );
}

/** With JWKS_URL, tokens are verified by public keys, not by a secret of ours. */
function secretsFor(dataDir: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const { JWT_SECRET, ...others } = secretsOf(dataDir, env);
  return env.JWKS_URL ? others : { JWT_SECRET, ...others };
}

async function importCatalogue(env: NodeJS.ProcessEnv): Promise<number> {
  const database = await openServiceDatabase('travel', readSettings(databaseSettings, env));
  try {
    return await importOwnCatalogue(openCatalogueWriter(database));
  } finally {
    await database.stop();
  }
}
