import type { FoundDifference } from '../domain/difference.ts';

export type ListDifferencesNeeds = {
  openDifferences(): Promise<FoundDifference[]>;
  acknowledgedDifferences(): Promise<FoundDifference[]>;
};

/** What the last reconciliations found and nobody has acknowledged, or what was acknowledged. */
export const listDifferences = (
  needs: ListDifferencesNeeds,
  { acknowledged }: { acknowledged: boolean },
): Promise<FoundDifference[]> =>
  acknowledged ? needs.acknowledgedDifferences() : needs.openDifferences();
