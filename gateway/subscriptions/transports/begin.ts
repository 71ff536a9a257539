import type { Admitted } from '../../admission/admit.ts';
import type { Execute } from '../../execution/executor.ts';
import type { OperationRecord } from '../../records/operation-record.ts';
import { oneResult, type Results } from '../results.ts';
import type { Transport } from '../subscription-metrics.ts';
import type { Subscriptions } from '../subscriptions.ts';

/** Begins an operation that was admitted, whatever its kind. @throws GraphQL errors */
export type Begin = (admitted: Admitted, transport: Transport) => Results;

export const beginner =
  (subscriptions: Pick<Subscriptions, 'open'>, execute: Execute): Begin =>
  (admitted, transport) => {
    const results =
      admitted.operation.kind === 'subscription'
        ? subscriptions.open(admitted, transport)
        : oneResult((gone) => execute(admitted, gone));
    return recorded(results, admitted.record, transport);
  };

/** The same results, of which the record of their operation is told. */
function recorded(results: Results, record: OperationRecord, transport: Transport): Results {
  const end = record.endsWithResults(transport);
  return {
    async pipe(write) {
      const told: typeof write = (result) => {
        if (result.errors) record.errors(result.errors);
        return write(result);
      };
      await results.pipe(told).finally(() => end(false));
    },
    leave() {
      end(true);
      results.leave();
    },
  };
}
