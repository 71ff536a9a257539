import { exitCode, type Report } from '../report.ts';

/** Where the form of the JSON report is described, from the project's root. */
export const reportSchemaFile = 'schema/check/report.schema.json';

/**
 * Writes a report for programs. Its form is described in `reportSchemaFile`; `version` grows when a
 * program must change.
 */
export const jsonReport = (report: Report, mustCompare = false): string =>
  `${JSON.stringify({ version: 2, ok: exitCode(report, mustCompare) === 0, ...report }, null, 2)}\n`;
