import { createHash } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { clientError } from '../../runtime/errors.ts';

/** How the entities of a schema are known, by type. */
export type RandomEntities = Record<
  string,
  {
    /** All fields of all keys. */
    fields: (key: string) => object;
    keyIn: (reference: never) => string | null | undefined;
    /** Which type of an interface has this key. */
    typeOf?: (key: string) => string;
  }
>;

/** A number that belongs to a question. */
const numberOf = (question: string): number =>
  createHash('md5').update(question).digest().readUInt32BE();

type Thing = { __typename: string; seed: string; required?: string; [key: string]: unknown };
type World = { schema: GraphQLSchema; entities: RandomEntities };

/**
 * Resolvers whose data comes out of a hash: always the same for the same question, with nulls,
 * refusals, faults, entities that are not there and the same entity in many places. A field with
 * `@requires` depends on what it requires.
 */
export function randomResolvers(subgraph: string, sdl: string, entities: RandomEntities) {
  const world = { schema: buildSubgraphSchema(parse(sdl)), entities };
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of Object.values(world.schema.getTypeMap())) {
    if (type.name.startsWith('_') || type.name === 'Subscription') continue;
    if (!isObjectType(type) && !(isInterfaceType(type) && entities[type.name])) continue;
    resolvers[type.name] = {
      ...(isObjectType(type) ? fieldsOf(world, type) : {}),
      ...referenceOf(world, subgraph, type),
    };
  }
  return resolvers;
}

function fieldsOf(world: World, type: GraphQLObjectType): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const field of Object.values(type.getFields())) {
    if (field.name.startsWith('_')) continue;
    const requires = field.astNode?.directives?.some(({ name }) => name.value === 'requires');
    own[field.name] = (parent: Thing | undefined, args: unknown) => {
      if (parent && Object.hasOwn(parent, field.name)) return parent[field.name];
      const place = `${parent?.seed ?? ''}/${type.name}.${field.name}${JSON.stringify(args)}`;
      return answerTo(world, field.type, requires ? `${place} ${parent?.required}` : place);
    };
  }
  return own;
}

function referenceOf(
  world: World,
  subgraph: string,
  type: GraphQLObjectType | GraphQLInterfaceType,
): Record<string, unknown> {
  const entity = world.entities[type.name];
  if (!entity) return {};
  return {
    __resolveReference(reference: object) {
      const key = entity.keyIn(reference as never) ?? 'of another type';
      const number = numberOf(`${subgraph} ${type.name} ${key}`);
      if (number % 7 === 0) return null;
      if (number % 11 === 0) throw clientError('FORBIDDEN', `${type.name} ${key} is not for you.`);
      const name = isInterfaceType(type) ? (entity.typeOf?.(key) ?? type.name) : type.name;
      return { ...thing(world, name, key), required: inOrder(reference) };
    },
  };
}

/** The same text for the same values, whatever their order. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const thing = ({ entities }: World, typename: string, key: string): Thing => ({
  __typename: typename,
  seed: `${typename}:${key}`,
  ...entities[typename]?.fields(key),
});

function answerTo(world: World, type: GraphQLOutputType, question: string): unknown {
  const number = numberOf(question);
  if (isNonNullType(type)) {
    if (number % 61 === 0) throw new Error(`a fault at ${question}`);
    return presentValue(world, type.ofType, question);
  }
  if (number % 6 === 0) return null;
  if (number % 17 === 0) throw clientError('BAD_USER_INPUT', `Refused: ${question}`);
  return presentValue(world, type, question);
}

function presentValue(world: World, type: GraphQLOutputType, question: string): unknown {
  const number = numberOf(`${question}!`);
  if (isListType(type))
    return Array.from({ length: number % 5 }, (_, i) =>
      answerTo(world, type.ofType, `${question}[${i}]`),
    );
  if (isObjectType(type)) return thing(world, type.name, keyFor(world, type.name, question));
  if (isAbstractType(type)) {
    const possible = world.schema.getPossibleTypes(type);
    return presentValue(world, possible[number % possible.length] as never, question);
  }
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value;
  if (isScalarType(type)) return scalars[type.name]?.(number);
  throw new Error(`no value of ${type}`);
}

/** One of a dozen entities of the type; what is no entity is known by where it was asked. */
function keyFor({ entities, schema }: World, type: string, question: string): string {
  const entity = entities[type];
  if (!entity) return question;
  const number = numberOf(`${question}!`) % 12;
  const fits = (entity.typeOf?.(String(number)) ?? type) === type;
  // A subgraph that has the interface as an object knows none of its types: every key fits.
  return String(fits || !schema.getType(entity.typeOf?.('0') ?? '') ? number : (number + 1) % 12);
}

const scalars: Record<string, (number: number) => unknown> = {
  ID: (number) => String(number % 12),
  String: (number) => `text "${number % 100}" 民宿`,
  Int: (number) => number % 1_000,
  Float: (number) => (number % 1_000) / 8,
  Boolean: (number) => number % 2 === 0,
  SafeInt: (number) => number * 1_000,
  Currency: () => 'CNY',
  LocalDate: (number) => `2026-12-${10 + (number % 20)}`,
  DateTime: (number) => new Date(1_795_000_000_000 + number),
};
