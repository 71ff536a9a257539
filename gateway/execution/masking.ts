import { GraphQLError, type GraphQLSchema } from 'graphql';
import { unauthorizedMessage } from '../../runtime/errors.ts';
import type { Condition, Masked } from '../admission/rights.ts';
import { type Data, isObject, isOfType, own, setOwn } from './entity-merge.ts';
import type { Flags } from './response-shape.ts';
import type { Run } from './step.ts';

/** In long lists, so many places are told of; the rest are null all the same. */
const maxErrorsOfPlace = 100;

/**
 * Makes null what the caller may not see, and tells where. It was not asked of any subgraph; but a
 * plan may fetch it for its own needs, such as a key, and then it must not be answered.
 */
export function maskData(schema: GraphQLSchema, run: Run, { places, isNobody }: Masked): void {
  const message = unauthorizedMessage(isNobody);
  for (const place of places) {
    if (!place.conditions.every((condition) => holds(condition, run.flags))) continue;
    let told = 0;
    at(schema, run.data, place, [], (object, path) => {
      if (place.name !== undefined) setOwn(object, place.name, null);
      told += 1;
      if (place.isTold || told > maxErrorsOfPlace) return;
      run.errors.push(
        new GraphQLError(message, {
          path: place.name === undefined ? path : [...path, place.name],
          extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
        }),
      );
    });
  }
}

type Path = (string | number)[];

/** Calls `found` for each object at a place. */
function at(
  schema: GraphQLSchema,
  value: unknown,
  place: Masked['places'][number],
  path: Path,
  found: (object: Data, path: Path) => void,
  depth = 0,
): void {
  if (Array.isArray(value))
    value.forEach((element, i) => {
      at(schema, element, place, [...path, i], found, depth);
    });
  if (!isObject(value)) return;
  const step = place.path[depth];
  if (!isOfType(schema, value, step?.type ?? place.type, true)) return;
  if (step) at(schema, own(value, step.name), place, [...path, step.name], found, depth + 1);
  else found(value, path);
}

const holds = ({ wanted, value }: Condition, flags: Flags): boolean =>
  (typeof value === 'boolean' ? value : flags[value.variable]) === wanted;
