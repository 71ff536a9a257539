import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { globalId, keyOfReference } from '../../runtime/global-id.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { createLog } from '../../runtime/log.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { secrets } from '../tokens.ts';

/**
 * Subgraphs on the real schemas whose data comes out of a hash: always the same for the same
 * question, with nulls, refusals, faults, entities that are not there and the same entity in many
 * places.
 */
export const startRandomSubgraph = (name: 'travel' | 'order' | 'payment'): Promise<HttpServer> => {
  const sdlFile = new URL(`../../schema/${name}.graphql`, import.meta.url);
  return startSubgraph({
    host: '127.0.0.1',
    port: 0,
    sdlFile,
    resolvers: randomResolvers(name, readFileSync(sdlFile, 'utf8')),
    context: (caller) => ({ caller }),
    serviceSecret: secrets.SERVICE_SECRET,
    ready: {},
    log: createLog('test', 'silent'),
  });
};

const entities = [
  'Homestay',
  'HomestayShop',
  'HomestayComment',
  'HomestayOrder',
  'Payment',
  'Refund',
];
const keyFields = ['id', 'sn'];

/** A number that belongs to a question. */
const numberOf = (question: string): number =>
  createHash('md5').update(question).digest().readUInt32BE();

type Thing = { __typename: string; seed: string; [key: string]: unknown };

function randomResolvers(subgraph: string, sdl: string) {
  const schema = buildSubgraphSchema(parse(sdl));
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_') || type.name === 'Subscription') continue;
    const own: Record<string, unknown> = {};
    const isEntity = entities.includes(type.name);
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_') || (isEntity && keyFields.includes(field.name))) continue;
      own[field.name] = (parent: Thing | undefined, args: unknown) =>
        answerTo(
          schema,
          field.type,
          `${parent?.seed ?? ''}/${type.name}.${field.name}${JSON.stringify(args)}`,
        );
    }
    if (isEntity) {
      own.__resolveReference = (reference: { id: string } | { sn: string }) => {
        const key = keyOfReference(type.name, reference) ?? 'of another type';
        const number = numberOf(`${subgraph} ${type.name} ${key}`);
        if (number % 7 === 0) return null;
        if (number % 11 === 0)
          throw clientError('FORBIDDEN', `${type.name} ${key} is not for you.`);
        return thing(type.name, key);
      };
    }
    resolvers[type.name] = own;
  }
  return resolvers;
}

const thing = (typename: string, key: string): Thing => ({
  __typename: typename,
  seed: `${typename}:${key}`,
  ...(entities.includes(typename) ? { id: globalId(typename, key), sn: key } : {}),
});

function answerTo(schema: GraphQLSchema, type: GraphQLOutputType, question: string): unknown {
  const number = numberOf(question);
  if (isNonNullType(type)) {
    if (number % 61 === 0) throw new Error(`a fault at ${question}`);
    return presentValue(schema, type.ofType, question);
  }
  if (number % 6 === 0) return null;
  if (number % 17 === 0) throw clientError('BAD_USER_INPUT', `Refused: ${question}`);
  return presentValue(schema, type, question);
}

function presentValue(schema: GraphQLSchema, type: GraphQLOutputType, question: string): unknown {
  const number = numberOf(`${question}!`);
  if (isListType(type))
    return Array.from({ length: number % 5 }, (_, i) =>
      answerTo(schema, type.ofType, `${question}[${i}]`),
    );
  if (isObjectType(type))
    return thing(type.name, entities.includes(type.name) ? String(number % 12) : question);
  if (isAbstractType(type)) {
    const possible = schema.getPossibleTypes(type);
    return presentValue(schema, possible[number % possible.length] as never, question);
  }
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value;
  if (isScalarType(type)) return scalars[type.name]?.(number);
  throw new Error(`no value of ${type}`);
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
