import type { Collection, Document } from 'mongodb';

export type ListByParent = {
  /** The collection listed from, and its field that names the parent. */
  from: string;
  foreignField: string;
  match: Document;
  sort: Document;
  limit: number;
};

/**
 * Reads the first elements of each parent's list, all parents in one command. A `$lookup` with sort
 * and limit stops after `limit` index entries per parent; a `$group` would read every element of
 * every list.
 */
export async function listsByParent<Element extends Document>(
  parents: Pick<Collection, 'aggregate'>,
  ids: readonly string[],
  { from, foreignField, match, sort, limit }: ListByParent,
): Promise<Map<string, Element[]>> {
  const pipeline = [{ $match: match }, { $sort: sort }, { $limit: limit }];
  const lists = await parents
    .aggregate<{ _id: string; list: Element[] }>([
      { $match: { _id: { $in: ids } } },
      { $project: { _id: 1 } },
      { $lookup: { from, localField: '_id', foreignField, pipeline, as: 'list' } },
    ])
    .toArray();
  return new Map(lists.map(({ _id, list }) => [_id, list]));
}
