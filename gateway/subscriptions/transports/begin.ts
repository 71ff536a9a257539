import type { Admitted } from '../../admission/admit.ts';
import type { Execute } from '../../execution/executor.ts';
import { oneResult, type Results } from '../results.ts';
import type { Transport } from '../subscription-metrics.ts';
import type { Subscriptions } from '../subscriptions.ts';

/** Begins an operation that was admitted, whatever its kind. @throws GraphQL errors */
export type Begin = (admitted: Admitted, transport: Transport) => Results;

export const beginner =
  (subscriptions: Pick<Subscriptions, 'open'>, execute: Execute): Begin =>
  (admitted, transport) =>
    admitted.operation.kind === 'subscription'
      ? subscriptions.open(admitted, transport)
      : oneResult((gone) => execute(admitted, gone));
