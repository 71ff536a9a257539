import type { CheckName } from './report.ts';

/** Breaking changes that are meant, from the project's root. */
export const acceptedFile = 'schema/accepted-changes.json';

/**
 * What a rule finds, why that matters, and what to do: for `--explain`, for code scanning, and as
 * advice.
 */
export type RuleText = { check: CheckName; what: string; why: string; mend: string };
