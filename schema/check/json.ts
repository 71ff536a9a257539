import { exitCode, type Report } from './report.ts';

/** Writes a report for programs. */
export const jsonReport = (report: Report): string =>
  `${JSON.stringify({ version: 1, ok: exitCode(report) === 0, ...report }, null, 2)}\n`;
