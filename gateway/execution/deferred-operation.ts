import type { Operation } from '@apollo/federation-internals';
import type { DeferNode } from '@apollo/query-planner';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { type DeferredFragment, deferredFragments, fragmentPrefix } from './deferred-fragments.ts';
import { copy, type Data, isObject, isOfType, merge, own } from './entity-merge.ts';
import { errorsOfFailed, type Path } from './failed-fetch.ts';
import { pathTree } from './path-tree.ts';
import { planStep } from './plan-steps.ts';
import { onceByFlags, tolerantShapes } from './response-shape.ts';
import type { PlanNeeds, Run, Step } from './step.ts';

/** A part of an answer that comes after the rest, as `incremental` tells it. */
export type Part = {
  label?: string;
  path: Path;
  data: Data | null;
  errors?: readonly GraphQLError[];
};

/** An answer in parts: the first, and a function that resolves when all others are delivered. */
export type Answering = {
  first: ExecutionResult;
  rest(deliver: (parts: Part[]) => void): Promise<void>;
};

type Stage = { primary: Step; parts: StagePart[] };
type StagePart = {
  label: string | undefined;
  path: readonly string[];
  node: Step;
  inner: StagePart[];
};

/** Makes an operation with deferred fragments ready. */
export function deferredOperation(
  needs: PlanNeeds,
  operation: Operation,
  node: DeferNode,
  labels: ReadonlyMap<string, string | undefined>,
): (run: Run) => Promise<Answering> {
  const stage = stageOf(needs, node);
  const fragmentsFor = onceByFlags((flags) => deferredFragments(operation, flags));

  const errorsOf = (run: Run): GraphQLError[] => [
    ...run.errors,
    ...run.failed.flatMap((failed) => errorsOfFailed(operation, failed)),
  ];

  return async (run) => {
    await stage.primary(run, run.data);
    const shape = tolerantShapes(operation, run.flags);
    const fragmentsOf = fragmentsFor(run.flags);
    const first = completed(shape(operation.selectionSet, run.data), errorsOf(run), []);
    /** What the client has so far: nothing is sent below a null. */
    const delivered = (first.data ?? {}) as Data;

    const partsOf = (part: StagePart, errors: readonly GraphQLError[]): Part[] => {
      const told = part.label === undefined ? undefined : labels.get(part.label);
      const label = told === undefined ? {} : { label: told };
      const fragmentsIn = (object: Data): DeferredFragment[] =>
        fragmentsOf(part).filter(
          ({ condition }) => !condition || isOfType(needs.schema, object, condition, true),
        );
      const places = placesOf(needs, run.data, delivered, part.path);
      const { ofAll, ofEach } = errorsByPlace(errors, places);
      const isExplained = ofAll.length > 0;
      return places.flatMap((place, i) => {
        return fragmentsIn(place.object).map(({ set }): Part => {
          // Told once, with the first part.
          const below = [...ofAll.splice(0), ...(ofEach[i] ?? [])];
          const { value, isBroken } = shape(set, place.object);
          const shaped = { value, isBroken: isBroken && !isExplained };
          const whole = completed(shaped, below, place.path);
          const data = (whole.data ?? null) as Data | null;
          if (data) merge(place.delivered, copy(data));
          return { ...label, path: place.path, ...whole, data };
        });
      });
    };
    const runPart = async (part: StagePart, deliver: (parts: Part[]) => void): Promise<void> => {
      // All of it is left out, and so is what is deferred in it.
      if (fragmentsOf(part).length === 0) return;
      const own: Run = { ...run, errors: [], failed: [] };
      await part.node(own, run.data);
      const parts = partsOf(part, errorsOf(own));
      if (parts.length > 0) deliver(parts);
      await Promise.all(part.inner.map((inner) => runPart(inner, deliver)));
    };
    return {
      first,
      rest: async (deliver) => {
        if (first.data) await Promise.all(stage.parts.map((part) => runPart(part, deliver)));
      },
    };
  };
}

function stageOf(needs: PlanNeeds, { primary, deferred }: DeferNode): Stage {
  return {
    primary: planStep(needs, primary.node),
    parts: deferred.map(({ label, queryPath, node }): StagePart => {
      const inner = node?.kind === 'Defer' ? stageOf(needs, node) : undefined;
      return {
        label,
        path: queryPath,
        node: inner?.primary ?? planStep(needs, node),
        inner: inner?.parts ?? [],
      };
    }),
  };
}

type Place = { object: Data; delivered: Data; path: Path };

/** The objects at a path that the client has. */
function placesOf(
  needs: PlanNeeds,
  value: unknown,
  delivered: unknown,
  path: readonly string[],
  at: Path = [],
): Place[] {
  if (Array.isArray(value) && Array.isArray(delivered))
    return value.flatMap((one, i) => placesOf(needs, one, delivered[i], path, [...at, i]));
  if (!isObject(value) || !isObject(delivered)) return [];
  const [first, ...rest] = path;
  if (first === undefined) return [{ object: value, delivered, path: at }];
  if (!first.startsWith(fragmentPrefix))
    return placesOf(needs, own(value, first), own(delivered, first), rest, [...at, first]);
  return isOfType(needs.schema, value, first.slice(fragmentPrefix.length), true)
    ? placesOf(needs, value, delivered, rest, at)
    : [];
}

/**
 * The errors of each place, and those of all objects together, such as of a request that failed as a
 * whole.
 */
function errorsByPlace(errors: readonly GraphQLError[], places: readonly Place[]) {
  const tree = pathTree<GraphQLError[]>();
  const ofEach = places.map(({ path }) => {
    const own: GraphQLError[] = [];
    tree.add(path, own);
    return own;
  });
  const ofAll = errors.filter((error) => {
    const found = error.path ? tree.onTheWayTo(error.path) : [];
    for (const own of found) own.push(error);
    return found.length === 0;
  });
  return { ofAll, ofEach };
}

/** A null that no error explains gets one: something was null that must not be. */
function completed(
  { value, isBroken }: { value: unknown; isBroken: boolean },
  errors: readonly GraphQLError[],
  path: Path,
): ExecutionResult {
  const data = value as Data | null;
  const fault = new GraphQLError('A field is null that cannot be null.', { path });
  const all = isBroken && errors.length === 0 ? [fault] : errors;
  return all.length > 0 ? { data, errors: all } : { data };
}
