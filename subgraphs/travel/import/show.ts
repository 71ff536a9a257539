import type { WriteStream } from 'node:tty';
import type { ImportSummary } from './batches.ts';

/**
 * Shows the progress of an import: a line that is overwritten on a terminal, a line now and then in
 * a log.
 */
export function showProgress(
  to: Pick<WriteStream, 'isTTY' | 'write'>,
): (rows: number, part: number) => void {
  let shownTenth = 0;
  return (rows, part) => {
    const line = `${rows.toLocaleString('en')} rows, ${Math.floor(part * 100)} %`;
    if (to.isTTY) to.write(`\r${line}${part === 1 ? '\n' : ''}`);
    else if (Math.floor(part * 10) > shownTenth) to.write(`${line}\n`);
    shownTenth = Math.floor(part * 10);
  };
}

/** What an import did: a line for each kind of record in the file. */
export function summaryText({ rows, skipped, ...tallies }: ImportSummary): string {
  const number = (count: number) => count.toLocaleString('en');
  const lines = Object.entries(tallies).flatMap(([kind, { added, changed, unchanged }]) =>
    added + changed + unchanged === 0
      ? []
      : [
          `${kind}s: ${number(added)} added, ${number(changed)} changed, ${number(unchanged)} unchanged`,
        ],
  );
  return [...lines, `rows: ${number(rows)} read, ${number(skipped)} skipped`].join('\n');
}
