import { print } from 'graphql';
import { compose } from '../composition.ts';
import { type RegisteredOperation, readOperations, type SourceFile } from '../operations.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { type Accepted, acceptChanges } from './accepted.ts';
import { compositionFindings } from './compose.ts';
import { type Contract, contractOf } from './contract.ts';
import { drift, type GeneratedFile } from './drift.ts';
import { type Elements, elementsOf } from './elements.ts';
import { lint } from './lint.ts';
import type { CheckName, Finding, Report } from './report.ts';
import { invalidOperations } from './usage.ts';

/** What the schema is compared with. */
export type Base = {
  /** What it is, in words. */
  label: string;
  /** Its contract; undefined where there is none yet and everything is new. */
  contract?: Contract;
  /** Reads the operations that were registered with it; missing where that is not known. */
  operationFiles?: () => SourceFile[];
};

export type CheckInput = {
  subgraphs: readonly SubgraphSource[];
  operationFiles: readonly SourceFile[];
  base: Base;
  accepted?: readonly Accepted[];
  /** Makes the list of generated files for what has been composed. */
  generated?: (
    supergraph: string,
    operations: readonly RegisteredOperation[],
  ) => Promise<GeneratedFile[]>;
};

/** Runs all checks. Where the subgraphs do not compose, the checks that need a supergraph are left out. */
export async function checkSchema({
  subgraphs,
  operationFiles,
  base,
  ...input
}: CheckInput): Promise<Report> {
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
  const report = (): Report => ({
    base: base.label,
    skipped,
    findings,
    durationMs: performance.now() - started,
  });
  if (!supergraph) {
    for (const check of [
      'drift',
      'api',
      'federation',
      'operations',
      'lint',
      'plan',
    ] satisfies CheckName[]) {
      skipped[check] = 'the subgraphs do not compose';
    }
    return report();
  }

  const elements = elementsOf(subgraphs);
  const contract = contractOf(supergraph);
  if (input.generated) findings.push(...drift(await input.generated(supergraph, operations)));
  findings.push(...lint(elements), ...invalidOperations(operations, contract.api));
  if (!base.contract) {
    skipped.api =
      skipped.federation =
      skipped.plan =
        'there is nothing to compare with: everything is new';
    return report();
  }
  if (!base.contract.federation) {
    skipped.federation = skipped.plan = 'only the API of what it is compared with is known';
  }
  const { changes, plans } = await compare(base, contract, operations, elements);
  findings.push(...acceptChanges(changes, input.accepted ?? []), ...plans);
  return report();
}

/** What has changed since the base, and which plans cost more. */
async function compare(
  base: Base,
  after: Contract,
  operations: readonly RegisteredOperation[],
  elements: Elements,
): Promise<{ changes: Finding[]; plans: Finding[] }> {
  const before = base.contract;
  // Most often nothing has changed: then the libraries that compare are not even loaded.
  if (!before || before.federation?.sdl === after.federation?.sdl)
    return { changes: [], plans: [] };
  const { compareContracts } = await import('./changes.ts');
  const known = [...operations, ...formerOperations(base, operations)];
  const changes = await compareContracts(before, after, known, elements);
  if (!before.federation || !after.federation) return { changes, plans: [] };

  const { costlierPlans, plansOf } = await import('./plan.ts');
  const old = plansOf(operations, before.federation.supergraph, before.api);
  const now = plansOf(operations, after.federation.supergraph, after.api);
  return { changes, plans: costlierPlans(operations, old, now) };
}

/** What was registered before and is not any more, or not in this form. */
function formerOperations(
  { operationFiles }: Base,
  now: readonly RegisteredOperation[],
): RegisteredOperation[] {
  const texts = new Set(now.map(({ document }) => print(document)));
  return readOperations(operationFiles?.() ?? [])
    .operations.filter(({ document }) => !texts.has(print(document)))
    .map((operation) => ({ ...operation, before: true }));
}
