import { annotationChanges } from './annotations.ts';
import type { SchemaChange } from './change.ts';
import type { FieldOwner, Ownership } from './ownership.ts';

/**
 * Whether a subgraph has a field now. A supergraph does not tell of one that was moved by
 * `@override`.
 */
export type HasField = (subgraph: string, field: string) => boolean;

/** Compares two supergraphs as the subgraphs and a gateway that still runs the old one see them. */
export const federationChanges = (
  before: Ownership,
  after: Ownership,
  hasField: HasField,
): SchemaChange[] => [
  ...subgraphChanges(before, after),
  ...keyChanges(before, after),
  ...ownerChanges(before, after, hasField),
  ...annotationChanges(before, after),
];

const change = (
  rule: string,
  impact: SchemaChange['impact'],
  at: string,
  message: string,
): SchemaChange => ({
  rule,
  impact,
  at,
  message,
  touches: [],
});

const without = <T>(all: Iterable<T>, some: ReadonlySet<T>): T[] =>
  [...all].filter((one) => !some.has(one));
const list = (names: Iterable<string>): string => [...names].sort().join(' and ');

function subgraphChanges(before: Ownership, after: Ownership): SchemaChange[] {
  return [
    ...without(before.subgraphs, after.subgraphs).map((name) =>
      change(
        'SUBGRAPH_REMOVED',
        'dangerous',
        name,
        `The subgraph ${name} is removed: let it run until no gateway asks it.`,
      ),
    ),
    ...without(after.subgraphs, before.subgraphs).map((name) =>
      change(
        'SUBGRAPH_ADDED',
        'safe',
        name,
        `The subgraph ${name} is new: start it before the gateway learns of it.`,
      ),
    ),
  ];
}

function keyChanges(before: Ownership, after: Ownership): SchemaChange[] {
  const none = new Set<string>();
  return [...new Set([...before.keys.keys(), ...after.keys.keys()])].flatMap((entity) => {
    const [old, now] = [before.keys.get(entity) ?? none, after.keys.get(entity) ?? none];
    const [at] = entity.split(' ') as [string];
    return [
      ...without(old, now).map((key) => keyRemoved(before, entity, key)),
      ...without(now, old).map((key) =>
        change('KEY_ADDED', 'safe', at, `${entity} can now be asked for by "${key}".`),
      ),
    ];
  });
}

/** A gateway asks by a key only from another subgraph that knows all of the key's fields. */
function keyRemoved(before: Ownership, entity: string, key: string): SchemaChange {
  const [type, owner] = entity.split(' in ') as [string, string];
  const fields = topLevelOf(key);
  const others = without(before.subgraphs, new Set([owner]));
  const askers = others.filter((name) =>
    fields.every((field) => before.known.get(`${type}.${field}`)?.includes(name)),
  );
  if (askers.length === 0) {
    const message = `The key "${key}" of ${entity} is removed; no other subgraph asks for ${type} by it.`;
    return change('KEY_REMOVED', 'dangerous', type, message);
  }
  const message = `The key "${key}" of ${entity} is removed: a gateway on the old supergraph still asks by it, coming from ${list(askers)}.`;
  return change('KEY_REMOVED', 'breaking', type, message);
}

/** The fields of a key that belong to the entity itself: `shop` of `shop { id }`. */
function topLevelOf(key: string): string[] {
  const flat = key.replaceAll(/\{[^{}]*\}/g, ' ');
  return flat === key ? key.split(/\W+/).filter(Boolean) : topLevelOf(flat);
}

function ownerChanges(before: Ownership, after: Ownership, hasField: HasField): SchemaChange[] {
  return [...after.fields].flatMap(([field, now]) => {
    const old = before.fields.get(field);
    if (!old) return [];
    const lost = without(old.keys(), new Set(now.keys())).filter(
      (name) => !isKey(before, field, name),
    );
    const gained = without(now.keys(), new Set(old.keys())).filter(
      (name) => !isKey(after, field, name),
    );
    const kept = [...now.keys()].filter((name) => old.has(name));
    const left = lost.filter((name) => !hasField(name, field));
    return [
      ...(lost.length + gained.length > 0 ? [moved(field, { lost, gained, left, now })] : []),
      ...kept.flatMap((name) =>
        needs(field, name, old.get(name) as FieldOwner, now.get(name) as FieldOwner),
      ),
    ];
  });
}

/** Every subgraph that refers to an entity has its key: that one has it too is not sharing. */
const isKey = ({ keys }: Ownership, field: string, subgraph: string): boolean => {
  const [type, name] = field.split('.') as [string, string];
  return [...(keys.get(`${type} in ${subgraph}`) ?? [])].some((key) =>
    key.split(/\W+/).includes(name),
  );
};

type Move = {
  /** The subgraphs that resolve the field no longer, and those that begin to. */
  lost: string[];
  gained: string[];
  /** Those of `lost` that do not even have it any more. */
  left: string[];
  now: ReadonlyMap<string, FieldOwner>;
};

function moved(field: string, { lost, gained, left, now }: Move): SchemaChange {
  const [from, to] = [list(lost), list(gained)];
  const sources = gained.flatMap((name) => now.get(name)?.override ?? []);
  if (gained.length > 0 && sources.length === gained.length && left.length === 0) {
    const source = list(new Set(sources));
    const until = lost.length > 0 ? 'until every gateway has this' : 'the rest of the requests';
    const message = `${field} moves from ${source} to ${to} with @override: ${source} answers ${until}.`;
    return change('FIELD_OVERRIDDEN', 'safe', field, message);
  }
  if (lost.length === 0) {
    const message = `${field} is now resolved by ${to} too: all of them must give the same (@shareable).`;
    return change('FIELD_SHARED', 'dangerous', field, message);
  }
  if (gained.length === 0) {
    const message = `${field} is no longer resolved by ${from}: a gateway on the old supergraph may still ask there.`;
    return change('FIELD_UNSHARED', 'dangerous', field, message);
  }
  const message = `${field} moves from ${from} to ${to} at once: a gateway on the old supergraph still asks ${from}.`;
  return change('FIELD_MOVED', 'breaking', field, message);
}

function needs(field: string, subgraph: string, old: FieldOwner, now: FieldOwner): SchemaChange[] {
  const label = percentChange(field, subgraph, old, now);
  return [
    ...label,
    ...(['requires', 'provides'] as const).flatMap((what) => {
      if (old[what] === now[what]) return [];
      const [from, to] = [old[what] ?? 'nothing', now[what] ?? 'nothing'];
      const message = `${field} in ${subgraph} now ${what} ${to}, and before that ${from}.`;
      return [change(`${what.toUpperCase()}_CHANGED`, 'dangerous', field, message)];
    }),
  ];
}

function percentChange(
  field: string,
  subgraph: string,
  old: FieldOwner,
  now: FieldOwner,
): SchemaChange[] {
  if (!old.override || !now.override || old.overrideLabel === now.overrideLabel) return [];
  const share = ({ overrideLabel }: FieldOwner): string => overrideLabel ?? 'all requests';
  const message = `${field} moves to ${subgraph} for ${share(now)}, and before for ${share(old)}.`;
  return [change('OVERRIDE_SHARE_CHANGED', 'safe', field, message)];
}
