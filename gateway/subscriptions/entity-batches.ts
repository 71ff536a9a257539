import type { GraphQLFormattedError } from 'graphql';
import type { Caller } from '../../runtime/caller.ts';
import type { Span } from '../../runtime/tracing/span.ts';
import { copy } from '../execution/entity-merge.ts';
import type { Until } from '../subgraphs/subgraph-http.ts';
import { type Answer, bodyOf, type EntityRequest } from '../subgraphs/subgraph-request.ts';

/** For whom entities are asked for, and until when. */
export type AskedBy = {
  caller: Caller;
  until: Until;
  /** Requests with the same rights get the same answers, and may be sent as one. */
  rights: string;
  /** The event that it is asked for, if that is traced; of a batch, the first one. */
  span?: Span | undefined;
};

export type AskEntities = (
  subgraph: string,
  request: EntityRequest,
  by: AskedBy,
) => Promise<Answer>;

/** Sends one request for a whole batch. */
export type SendBatch = (subgraph: string, body: string, by: AskedBy) => Promise<Answer>;

type Waiting = {
  by: AskedBy;
  /** The index of each of its entities in the batch. */
  indexes: number[];
  resolve(answer: Answer): void;
  reject(error: unknown): void;
};

type Batch = {
  subgraph: string;
  before: string;
  after: string;
  /** The entities, each once, with its index. */
  entities: Map<string, number>;
  waiting: Waiting[];
};

const maxEntities = 200;

/**
 * Joins the requests for entities of one turn of the event loop. Many events come from a subgraph
 * at once, and most ask the same of other entities: one request answers them all.
 */
export function entityBatches(send: SendBatch): AskEntities {
  const open = new Map<string, Batch>();

  const flush = () => {
    const batches = [...open.values()];
    open.clear();
    for (const batch of batches) void settle(batch, send);
  };
  const batchFor = (key: string, empty: () => Batch): Batch => {
    const known = open.get(key);
    if (known && known.entities.size < maxEntities) return known;
    // Runs when all events that came together have asked.
    if (open.size === 0) process.nextTick(flush);
    if (known) void settle(known, send);
    const batch = empty();
    open.set(key, batch);
    return batch;
  };
  return (subgraph, { before, representations, after }, by) =>
    new Promise((resolve, reject) => {
      const { entities, waiting } = batchFor(`${subgraph} ${by.rights} ${before} ${after}`, () => ({
        subgraph,
        before,
        after,
        entities: new Map(),
        waiting: [],
      }));
      const indexes = representations.map((representation) => {
        const index = entities.get(representation) ?? entities.size;
        entities.set(representation, index);
        return index;
      });
      waiting.push({ by, indexes, resolve, reject });
    });
}

async function settle(batch: Batch, send: SendBatch): Promise<void> {
  const { subgraph, before, after, entities, waiting } = batch;
  const body = bodyOf({ before, representations: [...entities.keys()], after });
  const shared = waiting.length > 1;
  try {
    const answer = withAllOrNone(await send(subgraph, body, byOf(waiting)), entities.size);
    for (const { indexes, resolve } of waiting) resolve(shared ? partOf(answer, indexes) : answer);
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}

/** Of more or fewer entities than were asked for, it cannot be told which is whose: there are none. */
function withAllOrNone(answer: Answer, count: number): Answer {
  const received = answer.data?._entities;
  if (!Array.isArray(received) || received.length === count) return answer;
  return { ...answer, data: { _entities: null } };
}

/** A batch waits as long as any of those who wait for it. */
function byOf(waiting: readonly Waiting[]): AskedBy {
  const { by } = waiting[0] as Waiting;
  if (waiting.length === 1) return by;
  const deadlines = waiting.map((one) => one.by.until.deadline ?? Number.POSITIVE_INFINITY);
  return { ...by, until: { deadline: Math.max(...deadlines) } };
}

/** What an answer says about some of its entities, as if only they had been asked for. */
export function partOf({ data, errors }: Answer, indexes: readonly number[]): Answer {
  const part: Answer = {};
  if (data !== undefined) part.data = data && { _entities: entitiesAt(data._entities, indexes) };
  const own = errors?.flatMap((error) => errorsAt(error, indexes)) ?? [];
  if (own.length > 0) part.errors = own;
  return part;
}

/** Each gets a copy of its own: an executor writes into it. */
const entitiesAt = (entities: unknown, indexes: readonly number[]): unknown =>
  Array.isArray(entities) ? indexes.map((index) => copy(entities[index] ?? null)) : entities;

function errorsAt(
  error: GraphQLFormattedError,
  indexes: readonly number[],
): GraphQLFormattedError[] {
  const [field, index, ...below] = error.path ?? [];
  if (typeof index !== 'number') return [error];
  return indexes.flatMap((at, place) =>
    at === index ? [{ ...error, path: [field as string, place, ...below] }] : [],
  );
}
