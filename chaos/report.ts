import type { ChaosReport, FaultReport } from './chaos.ts';

const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`);

const failures = ({ failed, requests }: FaultReport): string => {
  const codes = Object.entries(failed).map(([code, count]) => `${count} ${code}`);
  return `${codes.join(', ') || 'none'} of ${requests}`;
};

/** The worst of all times that a fault was made. */
function worstOf(reports: readonly FaultReport[]): FaultReport[] {
  const worst = new Map<string, FaultReport>();
  for (const one of reports) {
    const known = worst.get(one.fault);
    if (!known || known.longestWaitMs < one.longestWaitMs) worst.set(one.fault, one);
  }
  return [...worst.values()].sort((a, b) => a.fault.localeCompare(b.fault));
}

/** The page `docs/faults.md`. */
export function page(report: ChaosReport): string {
  const { seed, orders, paid, cancelled, faults, audit } = report;
  const rows = worstOf(faults).map((one) =>
    [
      one.fault,
      failures(one),
      seconds(one.longestWaitMs),
      seconds(one.latestCloseMs),
      seconds(one.backAfterMs),
    ].join(' | '),
  );
  return `# What faults do

Written by \`npm run chaos\`. Two gateways, two processes of each subgraph, three schedulers, the sandbox as provider and one
database run under the load of travellers who order, pay and cancel, and who repeat what is not answered. Each fault lasts
for seconds; afterwards the database and the provider are compared with all that travellers were told: which orders were
placed, which were paid, which were cancelled.

The last run: seed ${seed}, ${faults.length} faults, ${orders} orders acknowledged, ${paid} paid,
${cancelled} cancelled.

| fault | requests without an answer | longest wait for an answer | latest close after its deadline | back after |
|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

| must not be | orders |
|---|---|
${Object.entries(audit)
  .map(([what, sns]) => `| ${what} | ${sns.length} |`)
  .join('\n')}
`;
}
