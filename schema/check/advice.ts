import type { SchemaChange } from './diff/change.ts';
import type { OperationUse } from './report.ts';
import { acceptedFile } from './rule-text.ts';
import { rules } from './rules.ts';

/** What to do about a change. One that no operation feels may simply be meant. */
export function adviceFor(
  { rule, impact }: SchemaChange,
  uses: readonly OperationUse[] | undefined,
): string {
  const isFelt = uses === undefined || uses.length > 0;
  return impact === 'breaking' && !isFelt
    ? `If nobody needs it any more, name it in ${acceptedFile} with the reason.`
    : (rules[rule]?.mend ?? '');
}
