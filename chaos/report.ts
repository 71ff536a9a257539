import { alertAfterMs, type ChaosReport, type FaultReport } from './chaos.ts';
import { faults as table } from './faults.ts';

const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`);

const failures = ({ failed, requests }: FaultReport): string => {
  const codes = Object.entries(failed).map(([code, count]) => `${count} ${code}`);
  return `${codes.join(', ') || 'none'} of ${requests}`;
};

/** The alert that tells of a fault, and the others that fired with it, where that was measured. */
const alertsOf = (one: FaultReport): string => {
  const [, own] = table[one.fault];
  const after = alertAfterMs(one);
  const others = one.alerts.filter(({ alert }) => alert !== own);
  return [
    ...(own ? [after === null ? own : `${own} after ${seconds(after)}`] : []),
    ...others.map(({ alert, afterMs }) => `${alert} ${seconds(afterMs)}`),
  ].join('; ');
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
      alertsOf(one) || '–',
    ].join(' | '),
  );
  return `# What faults do

Written by \`npm run chaos\`. Two gateways, two processes of each subgraph, three schedulers, the sandbox as provider and one
database run under the load of travellers who order, pay and cancel, and who repeat what is not answered. Each fault lasts
for seconds, or with \`--alerts\` until the alert that tells of it fires. Afterwards the database and the provider are
compared with all that travellers were told: which orders were placed, which were paid, which were cancelled.

Of the alerts, the first is the one that tells of the fault; times count from its beginning, with the rules of
[ops/alerts.yml](../ops/alerts.yml) and the intervals of [ops/prometheus.yml](../ops/prometheus.yml).

The last run: seed ${seed}, ${faults.length} faults, ${orders} orders acknowledged, ${paid} paid,
${cancelled} cancelled.

| fault | requests without an answer | longest wait for an answer | latest close after its deadline | back after | alerts |
|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

| must not be | orders |
|---|---|
${Object.entries(audit)
  .map(([what, sns]) => `| ${what} | ${sns.length} |`)
  .join('\n')}
`;
}
