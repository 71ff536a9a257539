import type { CommandStartedEvent } from 'mongodb';
import type { Sharding } from '../../deploy/shard-keys.ts';

/** A query or write: its collection, and each filter or document that it sends. */
export type Sent = { database: string; collection: string; shape: string; carries: Carrier };
/** Whether it names the value of a field, so that a router knows the shard. */
type Carrier = (field: string) => boolean;

type Fields = Record<string, unknown>;

/** The filters and documents of a command, by its name. Any other command names no document. */
const partsOf: Record<string, (command: Fields) => Fields[]> = {
  find: ({ filter = {} }) => [filter as Fields],
  count: ({ query = {} }) => [query as Fields],
  distinct: ({ query = {} }) => [query as Fields],
  findAndModify: ({ query = {} }) => [query as Fields],
  update: ({ updates }) => (updates as { q: Fields }[]).map(({ q }) => q),
  delete: ({ deletes }) => (deletes as { q: Fields }[]).map(({ q }) => q),
  insert: ({ documents }) => documents as Fields[],
  aggregate: ({ pipeline }) => [matchOf(pipeline as Fields[])],
};

const matchOf = ([first = {}]: Fields[]): Fields =>
  (first.$match as Fields | undefined) ?? ('$changeStream' in first ? { $changeStream: true } : {});

/** What a command sends. */
export function sentBy({
  databaseName: database,
  commandName,
  command,
}: CommandStartedEvent): Sent[] {
  const parts = partsOf[commandName]?.(command as Fields) ?? [];
  return parts.map((part) => ({
    database,
    collection: String(command[commandName]),
    shape:
      commandName === 'insert' ? 'insert' : [commandName, ...Object.keys(part).sort()].join(' '),
    carries: (field) => carries(part, field),
  }));
}

const carries = (filter: Fields, field: string): boolean =>
  isValue(filter[field]) ||
  ((filter.$and as Fields[] | undefined)?.some((part) => carries(part, field)) ?? false) ||
  ((filter.$or as Fields[] | undefined)?.every((part) => carries(part, field)) ?? false);

/** A range does not tell a router the hash. */
function isValue(condition: unknown): boolean {
  if (condition === undefined) return false;
  if (condition === null || typeof condition !== 'object') return true;
  const operators = Object.keys(condition).filter((name) => name.startsWith('$'));
  return operators.length === 0 || operators.some((name) => name === '$in' || name === '$eq');
}

/** `''` if a query or write is as the table says, and what is wrong if not. */
export function wrongWith(sent: Sent, sharding: Sharding | undefined): string {
  if (!sharding) return 'is not in the table';
  if ('onOneShard' in sharding || sent.carries(sharding.key)) return '';
  const mayAskAll = Object.keys(sharding.asksAll ?? {}).some((shape) => isOf(sent.shape, shape));
  return mayAskAll ? '' : `\`${sent.shape}\` does not name ${sharding.key}`;
}

/** `find state …` is every `find` whose filter has a state, and `find` one without a filter. */
export function isOf(shape: string, wanted: string): boolean {
  if (!wanted.endsWith(' …')) return shape === wanted;
  const has = new Set(shape.split(' '));
  return wanted
    .slice(0, -2)
    .split(' ')
    .every((word) => has.has(word));
}
