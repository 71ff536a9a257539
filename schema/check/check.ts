import { compose } from '../composition.ts';
import { type RegisteredOperation, readOperations, type SourceFile } from '../operations.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { type Accepted, acceptChanges } from './accepted.ts';
import { compositionFindings } from './compose.ts';
import { type Contract, contractOf } from './contract.ts';
import { changesBetween, type SchemaChange } from './diff.ts';
import { drift, type GeneratedFile } from './drift.ts';
import { type Elements, elementsOf, placesOf } from './elements.ts';
import { federationChanges } from './federation.ts';
import { lint } from './lint.ts';
import { type Ownership, ownershipOf } from './ownership.ts';
import { costlierPlans, plansOf } from './plan.ts';
import { type CheckName, type Finding, type Report, severityOf } from './report.ts';
import { invalidOperations, type Usage, usageOf, usesOf } from './usage.ts';

/** What the schema is compared with. */
export type Base = {
  /** What it is, in words. */
  label: string;
  /** Its contract; undefined where there is none yet and everything is new. */
  contract?: Contract;
};

export type CheckInput = {
  subgraphs: readonly SubgraphSource[];
  operationFiles: readonly SourceFile[];
  base: Base;
  accepted?: readonly Accepted[];
  /** Makes the list of generated files for what has been composed. */
  generated?: (supergraph: string, operations: readonly RegisteredOperation[]) => Promise<GeneratedFile[]>;
};

/** Runs all checks. Where the subgraphs do not compose, the checks that need a supergraph are left out. */
export async function checkSchema({ subgraphs, operationFiles, base, ...input }: CheckInput): Promise<Report> {
  const started = performance.now();
  const skipped: Report['skipped'] = {};
  const { supergraph, notes } = compose(subgraphs);
  const { operations, errors } = readOperations(operationFiles);
  const findings: Finding[] = [
    ...compositionFindings(notes, subgraphs),
    ...errors.map(
      (error): Finding => ({
        check: 'operations',
        severity: 'error',
        rule: 'unreadable-operation',
        message: error.message,
        places: (error.locations ?? []).map((at) => ({ file: error.source?.name ?? '', ...at })),
      }),
    ),
  ];
  const report = (): Report => ({ base: base.label, skipped, findings, durationMs: performance.now() - started });
  if (!supergraph) {
    for (const check of ['drift', 'api', 'federation', 'operations', 'lint', 'plan'] satisfies CheckName[]) {
      skipped[check] = 'the subgraphs do not compose';
    }
    return report();
  }

  const elements = elementsOf(subgraphs);
  const contract = contractOf(supergraph);
  if (input.generated) findings.push(...drift(await input.generated(supergraph, operations)));
  findings.push(...lint(elements), ...invalidOperations(operations, contract.api));
  if (!base.contract) {
    skipped.api = skipped.federation = skipped.plan = 'there is nothing to compare with: everything is new';
    return report();
  }
  const changes = await compare(base.contract, contract, operations, elements);
  findings.push(...acceptChanges(changes, input.accepted ?? []));
  if (base.contract.federation && contract.federation) {
    const before = plansOf(operations, base.contract.federation.supergraph, base.contract.api);
    const after = plansOf(operations, contract.federation.supergraph, contract.api);
    findings.push(...costlierPlans(operations, before, after));
  } else {
    skipped.federation = skipped.plan = 'only the API of what it is compared with is known';
  }
  return report();
}

/** All changes between two contracts: those that clients see, and apart those only the subgraphs see. */
async function compare(
  before: Contract,
  after: Contract,
  operations: readonly RegisteredOperation[],
  elements: Elements,
): Promise<Finding[]> {
  const usage = usageOf(operations, before.api);
  const seen = await changesBetween(before.api, after.api);
  const old = before.federation && ownershipOf(before.federation.document);
  const asFinding = (check: CheckName) => (change: SchemaChange) =>
    changeFinding(check, change, { usage, elements, old });
  const findings = seen.map(asFinding('api'));
  if (!before.federation || !after.federation || !old) return findings;

  const known = new Set(seen.map(({ rule, at }) => `${rule} ${at}`));
  const hidden = (await changesBetween(before.federation.everything, after.federation.everything))
    .filter(({ rule, at }) => !known.has(`${rule} ${at}`))
    .map((change): SchemaChange => ({ ...change, impact: change.impact === 'safe' ? 'safe' : 'dangerous' }));
  const owned = federationChanges(old, ownershipOf(after.federation.document));
  return [...findings, ...[...owned, ...hidden].map(asFinding('federation'))];
}

type Known = { usage: Usage; elements: Elements; old: Ownership | undefined };

function changeFinding(check: CheckName, change: SchemaChange, { usage, elements, old }: Known): Finding {
  const { rule, impact, at, message } = change;
  const operations = check === 'api' && impact !== 'safe' ? usesOf(usage, change) : [];
  const [owner] = old?.fields.get(at.split('.').slice(0, 2).join('.'))?.keys() ?? [];
  return {
    check,
    severity: severityOf[impact],
    rule,
    impact,
    at,
    message,
    ...(impact === 'breaking' ? { advice: adviceFor(change, operations.length) } : {}),
    places: placesOf(elements, at, owner),
    ...(operations.length > 0 ? { operations } : {}),
  };
}

function adviceFor({ rule }: SchemaChange, uses: number): string {
  if (rule === 'KEY_REMOVED')
    return 'Keep the key until every gateway runs the new supergraph, then accept the change.';
  if (rule === 'FIELD_MOVED')
    return 'Add the field to its new subgraph with @override first; remove the old one later.';
  const accept = 'name it in schema/accepted-changes.json with the reason';
  return uses > 0
    ? 'Keep it, mark it @deprecated with a date, and let the frontend move first.'
    : `No registered operation touches it. If nobody else does either, ${accept}.`;
}
