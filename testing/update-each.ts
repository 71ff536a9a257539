import type { Collection, Document, Filter, UpdateFilter } from 'mongodb';

/**
 * Updates documents one by one, as every write outside a transaction does to what transactions
 * write: see docs/decisions/0004.
 */
export async function updateEach<Stored extends Document>(
  collection: Collection<Stored>,
  filter: Filter<Stored>,
  update: UpdateFilter<Stored>,
): Promise<void> {
  for await (const { _id } of collection.find(filter, { projection: { _id: 1 } }))
    await collection.updateOne({ ...filter, _id } as Filter<Stored>, update);
}
