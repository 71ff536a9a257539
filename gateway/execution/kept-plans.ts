import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { ToPlan } from './planning-thread.ts';

/** Plans that were made elsewhere, each for as long as its document is remembered. */
export function keptPlans() {
  const kept = new WeakMap<DocumentNode, Map<string, QueryPlan>>();
  const keyOf = ({ operationName = '', labels }: Omit<ToPlan, 'document'>) =>
    `${operationName} ${labels?.key ?? ''}`;
  return {
    keep({ document, ...asked }: ToPlan, plan: QueryPlan): void {
      const ofDocument = kept.get(document) ?? new Map<string, QueryPlan>();
      kept.set(document, ofDocument);
      ofDocument.set(keyOf(asked), plan);
    },
    get: ({ document, ...asked }: ToPlan): QueryPlan | undefined =>
      kept.get(document)?.get(keyOf(asked)),
  };
}
