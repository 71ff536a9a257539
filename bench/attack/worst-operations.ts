import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { oneOf, randomFrom } from '../../testing/random.ts';

const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

/** What attackers send. */
export type Operation = {
  query: string;
  variables?: Record<string, unknown>;
  /** Whether it is the same text each time, and not a new one. */
  isKnown?: boolean;
  /** What is sent as it is, in place of an operation. */
  body?: string;
  /** Whether tokens are spoilt, or one is made up where there are none. */
  isForged?: boolean;
};

/** The worst that was found by hand, each for another part of the way. */
export const byHand: Record<string, Operation> = {
  'long calendars': {
    query: `{ homestays(first: 20) { nodes {
      availability(from: "${day(1)}", to: "${day(230)}") { night free } } } }`,
  },
  'long pages': {
    query: `{ ${Array.from(
      { length: 9 },
      (_, n) => `a${n}: homestays(first: 50) { nodes {
      id title city price { amount currency } shop { id name } } }`,
    ).join(' ')} }`,
  },
  introspection: {
    query: '{ __schema { types { name fields { name args { name type { name } } } } } }',
  },
  'refused as too large': { query: `{ ${'homestay(id: "1") { id } '.repeat(300)} }` },
  'refused with many words': { query: `{ ${'a '.repeat(3_900)} }` },
  'small and new': { query: '{ homestay(id: "1") { id } }' },
  'small and known': { query: '{ homestay(id: "1") { id } }', isKnown: true },
  'refused by validation': {
    query: `{ homestay(id: "1") { ${'shop { id } '.repeat(120)} nothing } }`,
  },
  'wrong variables': {
    query: 'query ($filter: HomestayFilter) { homestays(filter: $filter) { nodes { id } } }',
    variables: { filter: { amenities: Array.from({ length: 19_900 }, () => 1) } },
    isKnown: true,
  },
  'many wrong members': {
    query: 'query ($filter: HomestayFilter) { homestays(filter: $filter) { nodes { id } } }',
    variables: {
      filter: Object.fromEntries(Array.from({ length: 1_750 }, (_, n) => [`k${n}`, 1])),
    },
    isKnown: true,
  },
  'fragments in a chain': {
    query: `{ homestay(id: "1") { ...F0 } } ${Array.from(
      { length: 400 },
      (_, n) => `fragment F${n} on Homestay { ...F${n + 1} }`,
    ).join(' ')} fragment F400 on Homestay { id }`,
  },
  'no request at all': { query: '', body: `${'['.repeat(45_000)}${']'.repeat(45_000)}` },
  'forged tokens': { query: '{ homestay(id: "1") { id } }', isKnown: true, isForged: true },
};

const literals: Record<string, string> = {
  ...{ ID: '"1"', String: '"a"', Int: '1', SafeInt: '1', Boolean: 'true', Currency: '"CNY"' },
  ...{ LocalDate: `"${day(3)}"`, DateTime: `"${day(3)}T00:00:00.000Z"` },
};

/** What a field must be given, and how many; undefined where that cannot be written. */
function argumentsOf({ args }: GraphQLField<unknown, unknown>): string | undefined {
  const needed = args.filter((arg) => isRequiredArgument(arg) || arg.name === 'first');
  if (needed.length === 0) return '';
  const values = needed.map(({ type }) => literals[getNamedType(type).name]);
  if (values.includes(undefined)) return undefined;
  return `(${needed.map(({ name }, n) => `${name}: ${values[n]}`).join()})`;
}

/** Large operations of many shapes, one after another, the same from the same seed. */
export function* largeOperations(schema: GraphQLSchema, seed: number): Generator<string> {
  const random = randomFrom(seed);
  for (;;) {
    let left = 60 + Math.floor(random() * 440);
    const share = oneOf(random, [0.3, 0.6, 0.9]);
    const variables: string[] = [];

    const condition = () => {
      if (variables.length >= 45 || random() > 0.15) return '';
      variables.push(`$v${variables.length}: Boolean = true`);
      return ` @include(if: $v${variables.length - 1})`;
    };
    const isWanted = (one: GraphQLField<unknown, unknown>, depth: number) =>
      isCompositeType(getNamedType(one.type)) ? random() < share && depth <= 12 : random() < 0.9;
    const field = (one: GraphQLField<unknown, unknown>, depth: number): string[] => {
      const given = argumentsOf(one);
      if (left <= 0 || given === undefined || !isWanted(one, depth)) return [];
      left -= 1;
      const type = getNamedType(one.type);
      const below = isCompositeType(type) ? selections(type, depth + 1) : '';
      return [`${one.name}${given}${condition()}${below}`];
    };
    const selections = (type: GraphQLNamedType, depth: number): string => {
      const parts = isAbstractType(type)
        ? schema
            .getPossibleTypes(type)
            .map((each) => `... on ${each.name}${selections(each, depth)}`)
        : isObjectType(type)
          ? Object.values(type.getFields()).flatMap((one) => field(one, depth))
          : [];
      return `{${parts.length > 0 ? parts.join(' ') : '__typename'}}`;
    };

    const body = selections(schema.getQueryType() as GraphQLNamedType, 0);
    yield `query${variables.length > 0 ? `(${variables.join()})` : ''}${body}`;
  }
}
