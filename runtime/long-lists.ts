import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';

/** So many elements of one request are answered at once, or one list, where that is longer. */
const atOnce = 50;

/**
 * Lets the event loop go round between the long lists of one request, so that what is small does not
 * wait for all of them: 20 calendars of 230 nights are 20 pieces of a millisecond, not one of 20.
 * Where several requests have long lists, they take turns.
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

/** Counts the elements of each request. */
export function listTurns(): Turn {
  const answered = new WeakMap<object, number>();
  /** The lists that wait, by request; the one who comes first is next. */
  const waiting = new Map<object, Waiting[]>();

  const next = () => {
    const [first] = waiting;
    if (!first) return;
    const [request, [list, ...others]] = first as [object, [Waiting, ...Waiting[]]];
    waiting.delete(request);
    if (others.length > 0) waiting.set(request, others);
    if (waiting.size > 0) setImmediate(next);
    answered.set(request, list.elements);
    list.begin();
  };

  return (request, elements) => {
    const before = answered.get(request) ?? 0;
    if (before === 0 || before + elements <= atOnce) {
      answered.set(request, before + elements);
      return undefined;
    }
    return new Promise((begin) => {
      if (waiting.size === 0) setImmediate(next);
      waiting.set(request, [...(waiting.get(request) ?? []), { elements, begin }]);
    });
  };
}
