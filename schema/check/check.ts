import type { Composition } from '../composition.ts';
import { contractsIn, type PartnerContract } from '../contracts/read.ts';
import { readRegistry } from '../registry.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import type { Base, CheckInput } from './check-input.ts';
import { compositionFindings } from './compose.ts';
import { checkComposed, type Work } from './composed.ts';
import { type Contract, contractOf } from './contract.ts';
import { type Elements, elementsOf } from './elements.ts';
import { guarded } from './guarded.ts';
import { once } from './once.ts';
import { unreadable } from './operations.ts';
import { viewFor, viewsOf } from './partners.ts';
import { type CheckName, type Finding, type Report, withIds } from './report.ts';
import { withSeverities } from './settings.ts';
import { withoutRetired } from './traffic.ts';

/**
 * Runs all checks, each by itself. Where the subgraphs do not compose, those that need a supergraph
 * are left out.
 */
export async function checkSchema(given: CheckInput): Promise<Report> {
  const input = { ...given, ...trafficOf(given) };
  const started = performance.now();
  const { subgraphs, base } = input;
  const [findings, skipped]: [Finding[], Report['skipped']] = [[], {}];
  const first = { file: subgraphs[0]?.file ?? 'schema', line: 1, column: 1 };
  const { supergraph, notes }: Composition = (await guarded('compose', first, findings, () =>
    (input.compose ?? composeAnew)(subgraphs),
  )) ?? {
    notes: [],
  };
  findings.push(...compositionFindings(notes, subgraphs));
  const { operations, errors } = readRegistry(input.registry);
  findings.push(...unreadable(errors));
  const after =
    supergraph &&
    (await guarded('compose', first, findings, () =>
      base.contract?.federation?.sdl === supergraph ? base.contract : contractOf(supergraph),
    ));
  if (supergraph && after) {
    const elements = elementsOf(subgraphs);
    const partners =
      (await guarded('contracts', first, findings, () => contractsIn(input.contracts ?? []))) ?? [];
    const changed = hasChanged(input, after);
    const isAsked = (contract: PartnerContract) =>
      changed || operations.some((one) => viewFor([contract], one));
    const { views, findings: unusable } = viewsOf(after, partners.filter(isAsked), elements);
    findings.push(...unusable);
    const before = partnersOf(base, elements);
    const own = { findings, skipped, operations, elements, supergraph, after, partners, views };
    await checkComposed({ ...input, ...own, changed, before });
  } else {
    for (const check of needSupergraph) skipped[check] = 'the subgraphs do not compose';
  }
  return {
    base: base.label,
    ...(base.notCompared === undefined ? {} : { notCompared: base.notCompared }),
    skipped,
    findings: withIds(
      withSeverities(findings, given.severities ?? {}).map((one) =>
        one.places.length > 0 ? one : { ...one, places: [first] },
      ),
    ),
    durationMs: performance.now() - started,
  };
}

const composeAnew = async (subgraphs: readonly SubgraphSource[]): Promise<Composition> =>
  (await import('../composition.ts')).compose(subgraphs);

const trafficOf = ({ traffic, base, registry }: CheckInput): Pick<CheckInput, 'traffic'> =>
  traffic
    ? { traffic: withoutRetired(traffic, base.registry?.().clients ?? [], registry.clients ?? []) }
    : {};

const needSupergraph = [
  'drift',
  'api',
  'federation',
  'contracts',
  'operations',
  'lint',
  'plan',
] satisfies CheckName[];

const partnersOf = ({ contract, contracts }: Base, elements: Elements): Work['before'] =>
  once(() => {
    const partners = contractsIn(contracts?.() ?? []);
    return { partners, views: contract ? viewsOf(contract, partners, elements).views : [] };
  });

/** Most often nothing has changed: then the code that compares is not even loaded. */
const hasChanged = ({ base, contracts = [] }: CheckInput, after: Contract): boolean =>
  base.contract !== undefined &&
  (!base.contract.federation ||
    base.contract.federation.sdl !== after.federation?.sdl ||
    (base.contracts !== undefined &&
      JSON.stringify(base.contracts()) !== JSON.stringify(contracts)));
