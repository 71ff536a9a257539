import { benchmarks, chosen, limitOf } from './benchmarks.ts';
import { prepare } from './prepare.ts';
import { beginPart, beginRun, secondsAfter } from './progress.ts';
import { record, where } from './record.ts';
import type { Row } from './rows.ts';
import { reportOf } from './table.ts';

/**
 * `npm run bench`: measures all side by side with peers and prints one table.
 * `npm run bench -- NAME…`: only these.
 */
const usage = `npm run bench [-- NAME…] [--quick] [--against REF] [--write]

  Without a name, all are run: in less than 15 minutes on two cores that nothing else uses, with
  --quick in less than two. What they need is installed and built before, which takes minutes the
  first time.

  --quick        fewer and shorter rounds, and only what says something after seconds
  --against REF  gateway, closing: measures that commit too
  --write        keeps the result and its chart in docs/measurements, for the README

  name           seconds  with --quick
${Object.entries(benchmarks)
  .map(
    ([
      name,
      {
        what,
        seconds: { whole, quick },
      },
    ]) => {
      const times = `${String(whole).padStart(7)}${String(quick ?? '–').padStart(14)}`;
      return `  ${name.padEnd(15)}${times}  ${what}`;
    },
  )
  .join('\n')}`;

const given = process.argv.slice(2);
const take = (flag: string): boolean => {
  const at = given.indexOf(flag);
  if (at >= 0) given.splice(at, 1);
  return at >= 0;
};
const [help, quick, write] = [take('--help'), take('--quick'), take('--write')];
const at = given.indexOf('--against');
const against = at >= 0 ? given.splice(at, 2)[1] : undefined;
const names: string[] = [];
while (benchmarks[given[0] as string]) names.push(given.shift() as string);
const unknown = names.length === 0 && given[0]?.startsWith('-') === false ? given[0] : undefined;
if (help || unknown !== undefined) {
  console.error(help ? usage : `There is no benchmark ${unknown}.\n\n${usage}`);
  process.exit(help ? 0 : 1);
}

if (names.length === 0) {
  const from = performance.now();
  await prepare();
  console.error(`All is there after ${((performance.now() - from) / 1_000).toFixed(0)} s.`);
}
const parts = chosen(names, quick);
const rows: Row[] = [];
const took: Record<string, number> = {};
beginRun(parts);
const limit = names.length > 0 ? Number.POSITIVE_INFINITY : limitOf(quick);
for (const { name, what, load } of parts) {
  if (secondsAfter(name) > limit) {
    const absent = `no time was left for it: npm run bench -- ${name}`;
    const ours = { subject: 'ours', role: 'ours' } as const;
    rows.push({ ...ours, benchmark: name, task: what, figures: {}, absent });
    continue;
  }
  const end = beginPart(name);
  try {
    const { run } = await load();
    rows.push(...(await run({ quick, against, rest: given })));
  } catch (error) {
    console.error(`${name} gave up:`, error);
    process.exitCode = 1;
  }
  took[name] = end();
}
const result = { quick, took, rows, ...where() };
console.log(reportOf(result));
console.error(`\nwritten to ${record(result, write).join(', ')}`);
process.exit();
