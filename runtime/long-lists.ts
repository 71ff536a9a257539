import { setTimeout as delay } from 'node:timers/promises';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import { loopTurn } from './loop-turn.ts';

/** So many elements of one request are answered at once, or one list, where that is longer. */
const atOnce = 50;

/**
 * Lets other requests run between the long lists of one request, so that a small request does not
 * wait for all of them. 20 calendars of 230 nights block the loop 20 times for a millisecond, not
 * once for 20. Requests with long lists take turns.
 */
export function answerListsInTurns(schema: GraphQLSchema): void {
  const turn = listTurns();
  const query = schema.getQueryType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const list = getNullableType(field.type);
      if (isListType(list) && !isLeafType(getNullableType(list.ofType)))
        field.resolve = inTurn(field.resolve ?? defaultFieldResolver, turn);
      if (type === query && field.resolve && field.args.some(({ name }) => name === 'first'))
        field.resolve = afterOthers(field.resolve);
    }
  }
}

type Turn = (request: object, elements: number) => Promise<void> | undefined;

const inTurn = (
  resolve: GraphQLFieldResolver<unknown, unknown>,
  turn: Turn,
): GraphQLFieldResolver<unknown, unknown> => {
  return (parent, args, context, info) => {
    const when = (list: unknown) => {
      if (!Array.isArray(list)) return list;
      const waiting = turn(context as object, list.length);
      return waiting ? waiting.then(() => list) : list;
    };
    const list = resolve(parent, args, context, info);
    return list instanceof Promise ? list.then(when) : when(list);
  };
};

/** Reads pages at the top of a request together only as long as they are short. */
const afterOthers = (
  resolve: GraphQLFieldResolver<unknown, unknown>,
): GraphQLFieldResolver<unknown, unknown> => {
  const read = new WeakMap<object, { elements: number; last: Promise<unknown> }>();
  return (parent, args, context, info) => {
    const before = read.get(context as object);
    const elements = (before?.elements ?? 0) + args.first;
    const waits = before && elements > atOnce;
    const page = waits
      ? before.last.then(() => resolve(parent, args, context, info))
      : resolve(parent, args, context, info);
    if (page instanceof Promise)
      read.set(context as object, { elements, last: page.catch(() => {}) });
    return page;
  };
};

type Waiting = { elements: number; begin: () => void };

/** Waits so many milliseconds. */
type Rest = (ms: number) => Promise<unknown>;

/** A timer waits no shorter than this. */
const shortestMs = 1;

/**
 * Counts the elements of each request. After a list the next one waits as long as that took: a small
 * request comes back to the event loop several times, and would meet a list each time.
 */
export function listTurns(rest: Rest = delay, now = () => performance.now()): Turn {
  const answered = new WeakMap<object, number>();
  /** The lists that wait, by request; the one who comes first is next. */
  const waiting = new Map<object, Waiting[]>();
  let isRunning = false;

  const begin = (request: object, [list, ...others]: Waiting[]) => {
    waiting.delete(request);
    if (others.length > 0) waiting.set(request, others);
    answered.set(request, list?.elements ?? 0);
    list?.begin();
  };

  const run = async () => {
    isRunning = true;
    await loopTurn();
    for (let [first] = waiting; first; [first] = waiting) {
      const begun = now();
      begin(...first);
      // It is answered before the event loop goes round.
      await loopTurn();
      const took = now() - begun;
      if (took >= shortestMs) await rest(took);
    }
    isRunning = false;
  };

  return (request, elements) => {
    const before = answered.get(request) ?? 0;
    if (before === 0 || before + elements <= atOnce) {
      answered.set(request, before + elements);
      return undefined;
    }
    return new Promise((go) => {
      waiting.set(request, [...(waiting.get(request) ?? []), { elements, begin: go }]);
      if (!isRunning) void run();
    });
  };
}
