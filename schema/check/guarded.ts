import type { Place } from '../place.ts';
import { CannotCheck, type CheckName, checks, type Finding } from './report.ts';
import { rules } from './rules.ts';

/**
 * Makes one check so that it takes no other with it: one that stops in the middle is a finding of
 * its own.
 * @throws CannotCheck as it is, since that is an answer
 */
export async function guarded<T>(
  check: CheckName,
  place: Place,
  findings: Finding[],
  make: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof CannotCheck) throw error;
    findings.push(failed(check, place, error as Error));
    return undefined;
  }
}

/** What a check throws may know where it is wrong, and what to do. */
type Placed = Error & { rule?: string; place?: Place };

export function failed(
  check: CheckName,
  place: Place,
  { message, rule = 'check-failed', ...error }: Placed,
): Finding {
  const words =
    rule === 'check-failed' ? `The check of whether ${checks[check]} stopped: ${message}` : message;
  return {
    check,
    severity: 'error',
    rule,
    message: words,
    advice: rules[rule]?.mend ?? '',
    places: [error.place ?? place],
  };
}
