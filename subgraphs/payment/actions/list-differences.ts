import type { FoundDifference } from '../domain/difference.ts';

export type ListDifferencesNeeds = {
  listDifferences(): Promise<FoundDifference[]>;
};

/** What the last reconciliations found. */
export const listDifferences = (needs: ListDifferencesNeeds): Promise<FoundDifference[]> =>
  needs.listDifferences();
