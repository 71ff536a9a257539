import type { PartnerContract } from '../contracts/read.ts';
import type { RegisteredOperation } from '../operations.ts';
import { type RegistryFiles, readRegistry } from '../registry.ts';
import { acceptChanges } from './accepted.ts';
import type { CheckInput } from './check-input.ts';
import { servableFindings } from './compose.ts';
import type { Contract } from './contract.ts';
import { dueDeprecations, newlyUsed, withDeprecation } from './deprecations.ts';
import { linkFindings } from './diff/links.ts';
import { drift } from './drift.ts';
import type { Elements } from './elements.ts';
import { formerOperations, unregistered } from './former.ts';
import { guarded } from './guarded.ts';
import { invalidOperations, joinInvalid } from './invalid.ts';
import { lint } from './lint.ts';
import { once } from './once.ts';
import { contractChanges, removedContracts, type View, viewFor } from './partners.ts';
import { plannedOtherwise } from './plan-shape.ts';
import type { Finding, Report } from './report.ts';
import { judgeByTraffic } from './traffic.ts';
import { touching } from './usage.ts';
import { errorsOf, type SchemaFor, schemasOf } from './valid.ts';

/** What the checks share. */
export type Work = CheckInput & {
  findings: Finding[];
  skipped: Report['skipped'];
  operations: readonly RegisteredOperation[];
  elements: Elements;
  supergraph: string;
  after: Contract;
  partners: readonly PartnerContract[];
  views: readonly View[];
  /** Whether anything that clients see may have changed since the base. */
  changed: boolean;
  /** The contracts of the base, and what they show, made when they are first asked for. */
  before: () => { partners: readonly PartnerContract[]; views: readonly View[] };
};

/** Checks what the subgraphs compose to: each check by itself. */
export async function checkComposed(work: Work): Promise<void> {
  const { subgraphs, supergraph, findings, operations, elements, base, skipped } = work;
  const place = { file: subgraphs[0]?.file ?? 'schema', line: 1, column: 1 };
  const { generated, assertServable, after } = work;
  if (assertServable && after.federation && base.contract?.federation?.sdl !== supergraph) {
    const { document } = after.federation;
    findings.push(...(await servableFindings(document, elements, assertServable)));
  }
  if (generated) {
    await guarded('drift', place, findings, async () => {
      const { partners: contracts } = work;
      const made = { supergraph, api: () => after.api, operations, contracts };
      findings.push(...(await drift(await generated(made))));
    });
  }
  await guarded('lint', place, findings, () =>
    findings.push(...lint(elements), ...dueDeprecations(elements, todayOf(work))),
  );
  const former = (await guarded('operations', place, findings, () => formerOf(work))) ?? [];
  const invalid = await guarded('operations', place, findings, () =>
    invalidOperations(
      [...unsealed(work), ...former, ...(work.traffic?.operations ?? [])],
      schemasFor(work),
    ),
  );
  if (!base.contract) {
    const why = base.notCompared ?? 'there is nothing to compare with: everything is new';
    skipped.api = skipped.federation = skipped.contracts = skipped.plan = why;
  } else if (!base.contract.federation) {
    const why = 'only the API of what it is compared with is known';
    skipped.federation = skipped.contracts = skipped.plan = why;
  }
  const changes = (await guarded('api', place, findings, () => changesOf(work, former))) ?? [];
  findings.push(
    ...joinInvalid(changes, invalid ?? [], wasValid(work)),
    ...unregistered(former, operations),
  );
  await guarded('operations', place, findings, () => findings.push(...newlyUsedOf(work)));
  await guarded('plan', place, findings, async () => findings.push(...(await plansOf(work))));
}

/** What the frontend begins to use though it is deprecated. */
function newlyUsedOf({ base, operations, registry, after }: Work): Finding[] {
  const files = base.registry?.();
  if (!files || !base.contract || isSameRegistry(files, registry)) return [];
  const before = readRegistry({ ...files, clients: [] }).operations;
  return newlyUsed(operations, before, { before: base.contract.api, after: after.api });
}

function formerOf({ base, operations, registry }: Work): RegisteredOperation[] {
  const files = base.registry?.();
  return files && !isSameRegistry(files, registry) ? formerOperations(files, operations) : [];
}

/** Whether nobody sends anything else than before; releases that are retired do not count. */
const isSameRegistry = (before: RegistryFiles, now: RegistryFiles): boolean =>
  JSON.stringify([before.operations, before.services ?? []]) ===
  JSON.stringify([now.operations, now.services ?? []]);

/** Some clients are served by the gateway of a contract. */
function schemasFor({
  subgraphs,
  after,
  views,
}: Pick<Work, 'subgraphs' | 'after' | 'views'>): SchemaFor {
  const schemaFor = schemasOf(subgraphs, after);
  return (operation) => viewFor(views, operation)?.api ?? schemaFor(operation);
}

/** The registered operations that have to be validated. */
function unsealed({ operations, partners, supergraph, areKnownValid }: Work) {
  const ofAll = operations.filter((operation) => !viewFor(partners, operation));
  if (!areKnownValid?.(supergraph, ofAll)) return operations;
  return operations.filter((operation) => viewFor(partners, operation));
}

/**
 * Whether an operation was valid at the base; where the base does not tell, that is believed of a
 * client's.
 */
function wasValid({ base, ...work }: Work): (operation: RegisteredOperation) => boolean {
  const before = base.contract;
  if (!before) return () => false;
  // Most often nobody asks.
  const atBase = once(() =>
    schemasFor({
      subgraphs: base.subgraphs?.() ?? [],
      after: before,
      views: work.before().views,
    }),
  );
  return (operation) => {
    const schema = atBase()(operation);
    return schema !== undefined && errorsOf(operation, schema).length === 0;
  };
}

const todayOf = ({ today }: CheckInput): string => today ?? new Date().toISOString().slice(0, 10);

async function changesOf(work: Work, former: readonly RegisteredOperation[]): Promise<Finding[]> {
  const { base, after, subgraphs, elements, accepted = [] } = work;
  const today = todayOf(work);
  const links = linkFindings(base.subgraphs?.() ?? [], subgraphs);
  if (!base.contract) return [];
  if (!work.changed) return [...acceptChanges([], accepted, today), ...links];
  const { compareContracts } = await import('./changes.ts');
  const { traffic } = work;
  const operations = [...work.operations, ...former, ...(traffic?.operations ?? [])];
  const files = new Map(subgraphs.map(({ name, file }) => [name, file]));
  const changes = compareContracts(base.contract, after, { operations, elements, files });
  const announced = [
    ...withDeprecation(changes, base.contract.api, today),
    ...changesOfContracts(work, operations, changes),
  ];
  const judged = acceptChanges(announced, accepted, today);
  return [...(traffic ? judgeByTraffic(judged, traffic) : judged), ...links];
}

/** What changes for the clients of contracts alone. */
function changesOfContracts(
  work: Work,
  operations: readonly RegisteredOperation[],
  changes: readonly Finding[],
): Finding[] {
  const told = new Set(changes.map(({ rule, at }) => `${rule} ${at}`));
  return [
    ...contractChanges(work.before().views, work, operations, told),
    ...removedContracts(work.before().partners, work.partners),
  ];
}

async function plansOf(work: Work): Promise<Finding[]> {
  const [before, after] = [work.base.contract, work.after];
  if (!before?.federation || !after.federation || !work.changed) return [];
  const otherwise = plannedOtherwise(before.federation.document, after.federation.document);
  if (otherwise.size === 0) return [];
  const asked = work.operations.filter((operation) => !operation.asked);
  const operations = touching(otherwise, asked, [before.api, after.api]);
  if (operations.length === 0) return [];
  const { costlierPlans, plansOf: plansIn } = await import('./plan.ts');
  const old = plansIn(operations, before.federation.supergraph, before.api);
  const now = plansIn(operations, after.federation.supergraph, after.api);
  return costlierPlans(operations, old, now);
}
