import type { RegisteredOperation } from '../operations.ts';
import type { Place } from '../place.ts';
import { adviceFor } from './advice.ts';
import type { Contract } from './contract.ts';
import type { SchemaChange } from './diff/change.ts';
import { federationChanges, type HasField } from './diff/federation.ts';
import { type Ownership, ownershipOf, ownersOf } from './diff/ownership.ts';
import { changesBetween } from './diff/schema.ts';
import { type Elements, placesOf } from './elements.ts';
import { type CheckName, type Finding, severityOf } from './report.ts';
import { rules } from './rules.ts';
import { type Usage, usageOf, usesOf } from './usage.ts';

export type CompareWith = {
  operations: readonly RegisteredOperation[];
  elements: Elements;
  /** The file of each subgraph. */
  files: ReadonlyMap<string, string>;
};

/**
 * All changes between two contracts: those that clients see, and apart those only the subgraphs
 * see.
 */
export function compareContracts(
  before: Contract,
  after: Contract,
  { operations, elements, files }: CompareWith,
): Finding[] {
  const old = before.federation && ownershipOf(before.federation.document);
  const services = usageOfServices(operations, before);
  const usage = joined(usageOf(ofClients(operations), before.api), services);
  const known: Known = { usage, elements, old, files };
  const seen = changesBetween(before.api, after.api);
  const findings = seen.map((change) => changeFinding('api', change, known));
  if (!before.federation || !after.federation || !old) return findings;

  const told = new Set(seen.map(({ rule, at }) => `${rule} ${at}`));
  const hidden = changesBetween(before.federation.everything, after.federation.everything)
    .filter(({ rule, at }) => !told.has(`${rule} ${at}`))
    .map((change) =>
      changeFinding('federation', forServices(change, services), { ...known, usage: services }),
    );
  const owned = federationChanges(
    old,
    ownershipOf(after.federation.document),
    hasFieldIn(elements),
  );
  return [
    ...findings,
    ...owned.map((change) =>
      changeFinding(rules[change.rule]?.check ?? 'federation', change, known),
    ),
    ...hidden,
  ];
}

/** One that is `@external` is somebody else's. */
export const hasFieldIn =
  (elements: Elements): HasField =>
  (subgraph, field) =>
    elements
      .get(field)
      ?.some(
        (one) =>
          one.subgraph === subgraph &&
          !one.directives.some(({ name }) => name.value === 'external'),
      ) ?? false;

const ofClients = (operations: readonly RegisteredOperation[]) =>
  operations.filter(({ asked }) => !asked);

/** Services may use what clients cannot see. */
const usageOfServices = (
  operations: readonly RegisteredOperation[],
  { api, federation }: Contract,
): Usage =>
  usageOf(
    operations.filter(({ asked }) => asked),
    federation?.everything ?? api,
  );

function joined(one: Usage, other: Usage): Usage {
  const usage = new Map(one);
  for (const [key, uses] of other) usage.set(key, [...(usage.get(key) ?? []), ...uses]);
  return usage;
}

/**
 * What clients cannot see cannot break them: it breaks only the services whose operations use it.
 */
const forServices = (change: SchemaChange, usage: Usage): SchemaChange =>
  change.impact === 'breaking' && usesOf(usage, change.touches).length === 0
    ? { ...change, impact: 'dangerous' }
    : change;

type Known = Pick<CompareWith, 'elements' | 'files'> & { usage: Usage; old: Ownership | undefined };

function changeFinding(
  check: CheckName,
  change: SchemaChange,
  { usage, ...known }: Known,
): Finding {
  const { rule, impact, at, message, touches } = change;
  const operations = impact === 'safe' || touches.length === 0 ? undefined : usesOf(usage, touches);
  return {
    check,
    severity: severityOf[impact],
    rule,
    impact,
    at,
    message,
    ...(impact === 'safe' ? {} : { advice: adviceFor(change, operations) }),
    places: placesFor(at, known),
    ...(operations ? { operations } : {}),
  };
}

/** Where a change is to be seen: of what left no trace, in the file of the subgraph that had it. */
function placesFor(at: string, { elements, old, files }: Omit<Known, 'usage'>): Place[] {
  const owners = old ? ownersOf(old, at) : [];
  const places = placesOf(elements, at, owners);
  if (places.length > 0) return places;
  return [...owners, at].flatMap((name): Place[] => {
    const file = files.get(name);
    return file ? [{ file, line: 1, column: 1, of: `the subgraph ${name}` }] : [];
  });
}
