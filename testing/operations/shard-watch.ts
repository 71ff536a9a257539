import type { CommandStartedEvent } from 'mongodb';
import type { Sharding } from '../../runtime/sharding.ts';
import { searchesOf } from './examined.ts';

/** A query or write: its collection, and each filter or document that it sends. */
export type Sent = { database: string; collection: string; shape: string; carries: Carrier };
/** Whether it names the value of a field, so that a router knows the shard. */
type Carrier = (field: string) => boolean;

type Fields = Record<string, unknown>;

/** What a command sends: its filters, or the documents that it inserts. */
export function sentBy(event: CommandStartedEvent): Sent[] {
  const { databaseName: database, commandName, command } = event;
  const inserts = commandName === 'insert';
  const parts: Fields[] = inserts ? command.documents : searchesOf(event).map((one) => one.filter);
  return parts.map((part) => ({
    database,
    collection: String(command[commandName]),
    shape: inserts ? 'insert' : [commandName, ...Object.keys(part).sort()].join(' '),
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
