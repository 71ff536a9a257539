import { clientError } from '../../../runtime/errors.ts';
import type { FoundDifference } from '../domain/difference.ts';
import type { Caller } from '../domain/refund-request.ts';

export type ListDifferencesNeeds = {
  listDifferences(): Promise<FoundDifference[]>;
};

/** What the last reconciliations found, for operators. @throws FORBIDDEN for anybody else */
export async function listDifferences(needs: ListDifferencesNeeds, { roles }: Caller) {
  if (!roles.includes('operator')) throw clientError('FORBIDDEN', 'Only operators see this.');
  return needs.listDifferences();
}
