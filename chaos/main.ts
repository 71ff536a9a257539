import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isClean } from './audit.ts';
import { chaos } from './chaos.ts';
import { type FaultName, faultNames } from './faults.ts';
import { page } from './report.ts';

// `npm run chaos [-- --seed N --minutes M --only FAULT --page FILE]`. Each fault takes 15 seconds.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    minutes: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    page: { type: 'string', default: 'docs/faults.md' },
  },
});
const unknown = (values.only ?? []).filter((name) => !faultNames.includes(name as FaultName));
if (unknown.length > 0) {
  console.error(
    `There is no fault ${unknown.join(', ')}. There are:\n  ${faultNames.join('\n  ')}`,
  );
  process.exit(1);
}
const report = await chaos({
  seed: Number(values.seed),
  rounds: Math.max(1, Math.round(Number(values.minutes) * 4)),
  ...(values.only ? { only: values.only as FaultName[] } : {}),
  say: (line) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`),
});
writeFileSync(values.page, page(report));
console.log(page(report));
if (!isClean(report.audit)) {
  console.error(JSON.stringify(report.audit, null, 2));
  console.error(`The logs of all processes are in ${report.logs}.`);
}
process.exit(isClean(report.audit) ? 0 : 1);
