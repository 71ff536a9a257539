import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import { planKey } from './override-labels.ts';
import type { ToPlan } from './planning-thread.ts';

/** Plans that were made elsewhere, each for as long as its document is remembered. */
export function keptPlans() {
  const kept = new WeakMap<DocumentNode, Map<string, QueryPlan>>();
  return {
    keep({ document, operationName, labels }: ToPlan, plan: QueryPlan): void {
      const ofDocument = kept.get(document) ?? new Map<string, QueryPlan>();
      kept.set(document, ofDocument);
      ofDocument.set(planKey(operationName, labels), plan);
    },
    get: ({ document, operationName, labels }: ToPlan): QueryPlan | undefined =>
      kept.get(document)?.get(planKey(operationName, labels)),
  };
}
