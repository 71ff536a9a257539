import type { Place } from '../../place.ts';
import type { Report } from '../report.ts';

/**
 * Names all files as the repository does, where the project is a folder of it: what annotates files
 * needs that.
 */
export function inRepository(report: Report, prefix: string): Report {
  if (!prefix) return report;
  const moved = <P extends Place>(place: P): P => ({ ...place, file: `${prefix}${place.file}` });
  return {
    ...report,
    findings: report.findings.map((finding) => ({
      ...finding,
      places: finding.places.map(moved),
      ...(finding.operations ? { operations: finding.operations.map(moved) } : {}),
    })),
  };
}
