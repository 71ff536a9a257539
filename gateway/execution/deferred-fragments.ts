import type { Operation, Selection, SelectionSet } from '@apollo/federation-internals';
import { type Flags, isLeftOut } from './response-shape.ts';

export type DeferredFragment = { set: SelectionSet; condition: string | undefined };

/** Where something is deferred: its label, and the path to it as plans write it. */
export type DeferredPlace = { label: string | undefined; path: readonly string[] };

export const fragmentPrefix = '... on ';

/** The same fragment, with one label, may stand at several places. */
const keyOf = ({ label, path }: DeferredPlace): string =>
  [label, ...path.filter((part) => !part.startsWith(fragmentPrefix))].join(' ');

/** The deferred fragments of an operation at a place, without what `@skip` and `@include` leave out. */
export function deferredFragments(operation: Operation, flags: Flags) {
  const needs = { schema: operation.schema(), flags };
  const found = new Map<string, DeferredFragment[]>();
  const look = (set: SelectionSet, path: readonly string[]): void => {
    for (const selection of set.selections())
      if (!isLeftOut(needs, selection)) take(selection, path);
  };
  const take = (selection: Selection, path: readonly string[]): void => {
    if (selection.kind === 'FieldSelection') {
      const { element, selectionSet: set } = selection;
      if (set) look(set, [...path, element.responseName()]);
      return;
    }
    const { element, selectionSet: set } = selection;
    const label = element.deferDirectiveArgs()?.label;
    if (label !== undefined) {
      const key = keyOf({ label, path });
      const fragment = { set, condition: element.typeCondition?.name };
      found.set(key, [...(found.get(key) ?? []), fragment]);
    }
    look(set, path);
  };
  look(operation.selectionSet, []);
  return (place: DeferredPlace): readonly DeferredFragment[] => found.get(keyOf(place)) ?? [];
}
