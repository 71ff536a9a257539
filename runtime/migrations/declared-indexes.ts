import type { IndexDescription } from 'mongodb';
import type { MigrationTarget, NamedMigration } from './migration.ts';
import { identityOf } from './target.ts';

/** Stands for a collection: whatever is asked of it answers with itself, and nothing happens. */
const nothing: unknown = new Proxy(() => {}, {
  // It is no promise, so that it can be awaited.
  get: (_, name) => (name === 'then' ? undefined : nothing),
  apply: () => nothing,
});

/** The indexes of each collection that a database has once it is migrated. Changes nothing. */
export async function declaredIndexes(
  migrations: readonly NamedMigration[],
): Promise<Map<string, IndexDescription[]>> {
  const declared = new Map<string, IndexDescription[]>();
  const target = {
    db: {
      collection: () => nothing,
      dropCollection: async (name: string) => declared.delete(name),
    } as unknown as MigrationTarget['db'],
    async collection(name, { indexes = [], unusedIndexes = [] }) {
      const changed = new Set([...indexes, ...unusedIndexes].map(identityOf));
      const kept = (declared.get(name) ?? []).filter((index) => !changed.has(identityOf(index)));
      declared.set(name, [...kept, ...indexes]);
    },
    async updateEach() {},
  } satisfies MigrationTarget;
  for (const migration of migrations) await migration.run(target);
  return declared;
}
