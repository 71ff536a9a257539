import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isClean } from './audit.ts';
import { alertAfterMs, chaos, type FaultReport } from './chaos.ts';
import { type FaultName, faultNames, faults } from './faults.ts';
import { page } from './report.ts';

// `npm run chaos [-- --seed N --minutes M --only FAULT --alerts --page FILE]`. Each fault takes 15
// seconds. With `--alerts` every fault is made once, and held until its alert fires.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    minutes: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    alerts: { type: 'boolean', default: false },
    page: { type: 'string', default: 'docs/faults.md' },
  },
});
/** Whether a fault has an alert that did not fire within a minute. */
const isSilent = (one: FaultReport): boolean =>
  faults[one.fault][1] !== null && (alertAfterMs(one) ?? Number.POSITIVE_INFINITY) > 60_000;

const unknown = (values.only ?? []).filter((name) => !faultNames.includes(name as FaultName));
if (unknown.length > 0) {
  console.error(
    `There is no fault ${unknown.join(', ')}. There are:\n  ${faultNames.join('\n  ')}`,
  );
  process.exit(1);
}
const report = await chaos({
  seed: Number(values.seed),
  rounds: values.alerts
    ? (values.only ?? faultNames).length
    : Math.max(1, Math.round(Number(values.minutes) * 4)),
  alerts: values.alerts,
  ...(values.only ? { only: values.only as FaultName[] } : {}),
  say: (line) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`),
});
writeFileSync(values.page, page(report));
console.log(page(report));
if (!isClean(report.audit)) {
  console.error(JSON.stringify(report.audit, null, 2));
  console.error(`The logs of all processes are in ${report.logs}.`);
}
const silent = values.alerts ? report.faults.filter(isSilent).map(({ fault }) => fault) : [];
if (silent.length > 0) console.error(`No alert within a minute: ${silent.join(', ')}.`);
process.exit(isClean(report.audit) && silent.length === 0 ? 0 : 1);
