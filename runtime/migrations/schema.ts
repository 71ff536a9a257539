import type { Document } from 'mongodb';

/**
 * Words for validators in MongoDB's JSON Schema. A validator says what every version that runs
 * beside this one writes too, so it requires a field only once no process is left that writes
 * without it, and it allows fields that it does not name.
 */
export const text = { bsonType: 'string' };
export const bool = { bsonType: 'bool' };
export const date = { bsonType: 'date' };
export const number = { bsonType: 'number' };
export const count = { bsonType: 'number', minimum: 0 };
/** An amount in minor units, with its currency. */
export const money = record({ amount: count, currency: text });

export const listOf = (items: Document): Document => ({ bsonType: 'array', items });

export const orNull = (schema: Document): Document => ({
  ...schema,
  bsonType: [schema.bsonType, 'null'].flat(),
});

/** A document, or a part of one. */
export function record(
  required: Record<string, Document>,
  optional: Record<string, Document> = {},
) {
  return {
    bsonType: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
}

/** A document of a collection of ours. */
export const stored = (
  required: Record<string, Document>,
  optional: Record<string, Document> = {},
): Document => record({ _id: text, ...required }, { schemaVersion: count, ...optional });
