import { compose } from '../composition.ts';
import { type RegisteredOperation, readOperations, type SourceFile } from '../operations.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { type Accepted, acceptChanges } from './accepted.ts';
import { compareContracts } from './changes.ts';
import { compositionFindings } from './compose.ts';
import { type Contract, contractOf } from './contract.ts';
import { drift, type GeneratedFile } from './drift.ts';
import { elementsOf } from './elements.ts';
import { lint } from './lint.ts';
import { costlierPlans, plansOf } from './plan.ts';
import type { CheckName, Finding, Report } from './report.ts';
import { invalidOperations } from './usage.ts';

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
  const changes = await compareContracts(base.contract, contract, operations, elements);
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
