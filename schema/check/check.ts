import type { Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
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
  if (!base.contract.federation) {
    skipped.federation = skipped.plan = 'only the API of what it is compared with is known';
  }
  const changes = await changesSince(base.contract, contract, operations, elements);
  findings.push(
    ...acceptChanges(changes, input.accepted ?? []),
    ...(await plansSince(base.contract, contract, operations)),
  );
  return report();
}

// Most often nothing has changed: then the libraries that compare are not even loaded.
const same = (before: Contract, after: Contract): boolean => before.federation?.sdl === after.federation?.sdl;

async function changesSince(
  before: Contract,
  after: Contract,
  operations: readonly RegisteredOperation[],
  elements: Elements,
): Promise<Finding[]> {
  if (same(before, after)) return [];
  const { compareContracts } = await import('./changes.ts');
  return compareContracts(before, after, operations, elements);
}

async function plansSince(
  before: Contract,
  after: Contract,
  operations: readonly RegisteredOperation[],
): Promise<Finding[]> {
  if (same(before, after) || !before.federation || !after.federation) return [];
  const { costlierPlans, plansOf } = await import('./plan.ts');
  const plans = ({ supergraph }: { supergraph: Supergraph }, api: GraphQLSchema) =>
    plansOf(operations, supergraph, api);
  return costlierPlans(operations, plans(before.federation, before.api), plans(after.federation, after.api));
}
