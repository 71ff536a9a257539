import type { CommandStartedEvent, Db, Document, Filter } from 'mongodb';

/** A query, or the search of a write: what it looks for, and how many documents it wants. */
export type Search = {
  database: string;
  collection: string;
  filter: Filter<Document>;
  sort?: Document | undefined;
  /** 0 for all. */
  limit: number;
};

/** How many documents the server reads for a search, and how many it finds. */
export type Examined = { what: string; examined: number; returned: number };

type Part = Pick<Search, 'filter' | 'sort' | 'limit'>;

/** By the name of a command. Any other searches for nothing. */
const searchesIn: Record<string, (command: Document) => Part[]> = {
  find: ({ filter = {}, sort, limit = 0 }) => [{ filter, sort, limit }],
  count: ({ query = {}, limit = 0 }) => [{ filter: query, limit }],
  distinct: ({ query = {} }) => [{ filter: query, limit: 0 }],
  findAndModify: ({ query = {}, sort }) => [{ filter: query, sort, limit: 1 }],
  update: ({ updates }) =>
    updates.map(({ q, multi }: Document) => ({ filter: q, limit: multi ? 0 : 1 })),
  delete: ({ deletes }) => deletes.map(({ q, limit }: Document) => ({ filter: q, limit })),
  aggregate: ({ pipeline }) => {
    const [first = {}, second = {}] = pipeline as Document[];
    if ('$changeStream' in first) return [{ filter: { $changeStream: true }, limit: 0 }];
    return [{ filter: first.$match ?? {}, limit: first.$match ? (second.$limit ?? 0) : 0 }];
  },
};

/** What a command searches for. A stream of changes searches for `$changeStream`. */
export const searchesOf = ({
  databaseName: database,
  commandName,
  command,
}: CommandStartedEvent): Search[] =>
  (searchesIn[commandName]?.(command) ?? []).map((part) => ({
    database,
    collection: String(command[commandName]),
    ...part,
  }));

/** The same for every search that differs only in its values. */
export const shapeOf = ({ collection, filter, sort }: Search): string =>
  `${collection} ${JSON.stringify(filter, (_, value) => (hasParts(value) ? value : '?'))}` +
  (sort ? ` sorted by ${Object.keys(sort).join(', ')}` : '');

const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const hasParts = (value: unknown) =>
  Array.isArray(value) ? value.some(isObject) : isObject(value);

/** Has the server say what a search costs. */
export async function examinedBy(db: Db, search: Search): Promise<Examined> {
  const { collection, filter, sort, limit } = search;
  const found = db.collection(collection).find(filter).limit(limit);
  const plan = await (sort ? found.sort(sort as never) : found).explain('executionStats');
  const { totalDocsExamined: examined, nReturned: returned } = plan.executionStats;
  return { what: shapeOf(search), examined, returned };
}
