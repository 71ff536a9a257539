import { createHash } from 'node:crypto';
import type { Schema } from '@apollo/federation-internals';
import type { Caller } from '../../runtime/caller.ts';
import { fieldsOf, joinsOf } from '../admission/supergraph-fields.ts';

/** Which labels of `@override` are on, as the planner wants them, and a name for just these. */
export type Labels = { on: Map<string, boolean>; key: string };

/** By what the plans of one document are told apart. */
export const planKey = (operationName: string | undefined, labels: Labels | undefined): string =>
  `${operationName ?? ''} ${labels?.key ?? ''}`;

/** The labels of a request. Each request has a caller object of its own, and keeps its labels. */
export type LabelsFor = (caller: Caller) => Labels;

/**
 * Decides which fields that move with `@override(from:, label:)` are asked of the subgraph that they
 * move to. `percent(5)` is on for five of a hundred users, always the same, and for as many of the
 * requests without one; any other label where `isOn` has it.
 * @returns undefined for a supergraph without labels
 */
export function overrideLabels(supergraph: Schema, isOn: readonly string[]): LabelsFor | undefined {
  const labels = labelsIn(supergraph);
  if (labels.length === 0) return undefined;
  const read = ({ userId }: Caller): Labels => {
    const on = labels.filter((label) => {
      const percent = percentOf(label);
      return percent === undefined ? isOn.includes(label) : percentileOf(label, userId) < percent;
    });
    return { on: new Map(on.map((label) => [label, true])), key: on.join() };
  };
  // What was planned in an operation's turn must be what is executed.
  const known = new WeakMap<Caller, Labels>();
  return (caller) => {
    const found = known.get(caller) ?? read(caller);
    known.set(caller, found);
    return found;
  };
}

function labelsIn(supergraph: Schema): string[] {
  const joins = fieldsOf(supergraph).flatMap(joinsOf);
  return [...new Set(joins.flatMap(({ overrideLabel }) => overrideLabel || []))];
}

function percentOf(label: string): number | undefined {
  const [, percent] = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label) ?? [];
  return percent === undefined ? undefined : Number(percent);
}

/** Where a user stands from 0 to below 100: always at the same place. */
function percentileOf(label: string, userId: string | undefined): number {
  if (userId === undefined) return Math.random() * 100;
  const hash = createHash('sha256').update(`${label} ${userId}`).digest();
  return (hash.readUInt32BE() / 2 ** 32) * 100;
}
