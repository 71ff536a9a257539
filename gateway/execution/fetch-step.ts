import { ERRORS, errorCodeDef } from '@apollo/federation-internals';
import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { maxErrors } from '../subgraphs/answer.ts';
import { type Answer, bodyOf } from '../subgraphs/subgraph-request.ts';
import { copy, type Data, isObject, merge, rewrite } from './entity-merge.ts';
import { collectPaths, fieldsAsked, type Path } from './failed-fetch.ts';
import { inOneByte } from './one-byte-names.ts';
import { placesOf, type Represented, representer } from './representations.ts';
import { notPrepared, type PlanNeeds, type Run, type Step } from './step.ts';

/** A fetch made ready: its request's body is written but for the variables. */
export function fetchStep(needs: PlanNeeds, fetch: FetchNode, path: ResponsePath): Step {
  if (fetch.hasDefers) throw notPrepared;
  const step = fetch.requires ? entitiesStep(needs, fetch, path) : plainStep(needs, fetch, path);
  const fields = fieldsAsked(fetch);
  return async (run, at) => {
    try {
      await step(run, (Array.isArray(at) ? at : [at]) as Data[]);
    } catch (error) {
      const places: Path[] = [];
      collectPaths(run.data, path, [], places);
      run.failed.push({ error, places, fields });
    }
  };
}

type EntitiesStep = (run: Run, entities: Data[]) => Promise<void>;

function plainStep(
  { schema, ruleOf }: PlanNeeds,
  fetch: FetchNode,
  path: ResponsePath,
): EntitiesStep {
  const write = bodyWriter(fetch);
  const more = { rule: ruleOf(fetch) };
  const { serviceName, operationKind } = fetch;
  return async (run, entities) => {
    if (entities.length === 0) return;
    const answer = await run.send(serviceName, write(run.variables), operationKind, more);
    takeAnswer(run, { schema, fetch, path }, answer, entities);
  };
}

/** Puts the answer of a fetch that asks for no entities where it belongs. */
export function takeAnswer(
  run: Run,
  { schema, fetch, path }: { schema: GraphQLSchema; fetch: FetchNode; path: ResponsePath },
  { data, errors }: Answer,
  entities: Data[],
): void {
  for (const error of errors ?? [])
    run.errors.push(subgraphError(error, fetch, error.path && ([...path, ...error.path] as Path)));
  if (!data) return;
  rewrite(schema, fetch.outputRewrites, data);
  for (const entity of entities) merge(entity, data);
}

/** Asks for entities by what represents them, for each once, however often it occurs. */
function entitiesStep(
  { schema, ruleOf }: PlanNeeds,
  fetch: FetchNode,
  path: ResponsePath,
): EntitiesStep {
  const writeAround = entityBodyWriter(fetch);
  const represented = representer(schema, fetch);
  const rule = ruleOf(fetch);
  return async (run, objects) => {
    const asked = represented(objects);
    const { texts } = asked;
    if (texts.length === 0) return;
    const [before, after] = writeAround(run.variables);
    const entities = { before, representations: texts, after };
    const { serviceName, operationKind } = fetch;
    const body = bodyOf(entities);
    const { data, errors } = await run.send(serviceName, body, operationKind, { rule, entities });
    if (errors?.length)
      for (const error of entityErrors(run, fetch, path, asked, errors)) run.errors.push(error);
    if (!data) return;
    const received = data._entities;
    if (!Array.isArray(received) || received.length !== texts.length)
      throw new Error(`Expected "data._entities" to contain ${texts.length} elements`);
    takeEntities(schema, fetch, asked, received, objects);
  };
}

/** Puts each entity at all places at which it occurs. */
function takeEntities(
  schema: GraphQLSchema,
  fetch: FetchNode,
  { firstPlaces, otherPlaces }: Represented,
  received: readonly unknown[],
  objects: readonly Data[],
): void {
  for (let i = 0; i < received.length; i += 1) {
    const entity = received[i];
    if (!isObject(entity)) continue;
    const target = objects[firstPlaces[i] as number] as Data;
    entity.__typename ||= target.__typename;
    rewrite(schema, fetch.outputRewrites, entity);
    // Each place has its own: later fetches write into it.
    for (const place of otherPlaces?.get(i) ?? none) merge(objects[place] as Data, copy(entity));
    merge(target, entity);
  }
}

const none: readonly number[] = [];

/** Writes a fetch's body, of which only the variables differ from one request to the next. */
function bodyWriter(fetch: FetchNode) {
  const { head, tail } = constantParts(fetch);
  return (variables: Data): string => `${head}${usedVariables(fetch, variables)}${tail}`;
}

/** Writes what stands before and after the representations in a fetch's body. */
function entityBodyWriter(fetch: FetchNode) {
  const { head, tail } = constantParts(fetch);
  return (variables: Data): [before: string, after: string] => {
    const used = usedVariables(fetch, variables);
    return [`${head}${used}${used ? ',' : ''}"representations":[`, `]${tail}`];
  };
}

const constantParts = ({ operation, operationName }: FetchNode) => ({
  head: inOneByte(`{"query":${JSON.stringify(operation)},"variables":{`),
  tail: inOneByte(
    operationName === undefined ? '}}' : `},"operationName":${JSON.stringify(operationName)}}`,
  ),
});

function usedVariables({ variableUsages = [] }: FetchNode, variables: Data): string {
  const written: string[] = [];
  for (const name of variableUsages) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined) written.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  return written.join();
}

/** An error of one entity is told of each place at which the entity occurs. */
function entityErrors(
  run: Run,
  fetch: FetchNode,
  path: ResponsePath,
  asked: Represented,
  errors: readonly GraphQLFormattedError[],
): GraphQLError[] {
  const paths: Path[] = [];
  collectPaths(run.data, path, [], paths);
  let left = maxErrors;
  return errors.flatMap((error) => {
    const index = error.path?.[1];
    // An error of the whole batch, or of an entity that was not asked for.
    if (typeof index !== 'number' || asked.texts[index] === undefined)
      return [subgraphError(error, fetch, fieldPath(path))];
    const below = (error.path as Path).slice(2);
    const places = placesOf(asked, index).slice(0, left);
    left -= places.length;
    return places.map((place) => subgraphError(error, fetch, [...(paths[place] ?? []), ...below]));
  });
}

/** The path of the field under which all of a fetch takes place: up to the first list. */
function fieldPath(path: ResponsePath): Path {
  const list = path.indexOf('@');
  return list < 0 ? path : path.slice(0, list);
}

/**
 * A subgraph's error as the gateway tells it: with its code, where it belongs in the whole answer,
 * and whose it is.
 */
function subgraphError(
  error: GraphQLFormattedError,
  { serviceName }: FetchNode,
  path: Path | undefined,
): GraphQLError {
  const message = error.message || `Error while fetching subquery from service "${serviceName}"`;
  const options = {
    originalError: error as never,
    path,
    extensions: { ...error.extensions, serviceName },
  };
  const known = errorCodeDef(error);
  if (!known && error.extensions?.code) return new GraphQLError(message, options);
  return (known ?? ERRORS.DOWNSTREAM_SERVICE_ERROR).err(message, options);
}
