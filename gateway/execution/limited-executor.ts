import type { ExecutionResult } from 'graphql';
import { withLogFieldsNow } from '../../runtime/log.ts';
import { loopTurn } from '../../runtime/loop-turn.ts';
import type { Admission, Admitted } from '../admission/admit.ts';
import { type CostlyWork, passOnAfterMs } from '../admission/costly-work.ts';
import { operationsUnderWay, type UnderWaySettings } from '../admission/operations-under-way.ts';
import { inNamesOfClient } from '../admission/plan-names.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import { turns } from '../admission/turns.ts';
import type { Execute, ExecuteInParts, Executor } from './executor.ts';

export type LimitedExecutorNeeds = {
  /** The executor of the supergraph that is served now. */
  executor: () => Pick<Executor, 'execute' | 'executeInParts'>;
  /** Checks on the supergraph that is served now what was admitted on an earlier one. */
  recheck: Admission['recheck'];
  refusalOf: RefusalOf;
  settings: UnderWaySettings;
  /** In whose turns operations with large answers are executed. */
  executeInTurn: CostlyWork['execute'];
  /** Whether a text is registered; then it waits for other registered ones alone. */
  isRegistered: (query: string) => boolean;
};

/** What is so large is executed a few at a time, so that what is small need not wait for it. */
const heavy = { weight: 2_000, atOnce: 2 };

/** Whether an operation waits its turn as a whole, and is answered at once. */
export const isHeavy = ({ weight }: Pick<Admitted, 'weight'>): boolean => weight > heavy.weight;

/**
 * Executes as many operations of a client as may be under way, and heavy ones in turn. Errors are
 * fit for a client.
 */
export function limitedExecutor(needs: LimitedExecutorNeeds) {
  const { executor, recheck, refusalOf, settings, executeInTurn, isRegistered } = needs;
  const underWay = operationsUnderWay(settings);
  const registeredInTurn = turns({ atOnce: heavy.atOnce, passOnAfterMs });
  const told = <Result extends ExecutionResult>(
    result: Result,
    { record, clientNames }: Admitted,
  ): Result => {
    const { errors } = result;
    if (!errors) return inNamesOfClient(result, clientNames);
    const { requestId } = record;
    const refused = withLogFieldsNow({ requestId }, () => refusalOf(errors).result);
    return inNamesOfClient({ ...result, ...refused }, clientNames);
  };

  const execute: Execute = async (admitted, gone) => {
    const release = underWay.take(admitted.quota);
    try {
      const checkedBy = executor();
      const { quota, operation } = admitted;
      if (!isHeavy(admitted)) return told(await checkedBy.execute(admitted, gone), admitted);
      const run = async () => {
        // A new supergraph may have come meanwhile: it may have other rights, and other subgraphs.
        const now = executor() === checkedBy ? admitted : recheck(admitted);
        const result = await executor().execute(now, gone);
        // What is answered now is written in another turn of the event loop.
        await loopTurn();
        return told(result, now);
      };
      const inTurn = isRegistered(operation.query) ? registeredInTurn : executeInTurn;
      return await inTurn(`${quota.kind} ${quota.key}`, run, gone);
    } finally {
      release();
    }
  };

  const executeInParts: ExecuteInParts = (admitted, gone) => {
    if (isHeavy(admitted)) return undefined;
    const release = underWay.take(admitted.quota);
    let answering: ReturnType<ExecuteInParts>;
    try {
      answering = executor().executeInParts(admitted, gone);
    } finally {
      // It is answered at once then, or the planner has refused it.
      if (!answering) release();
    }
    return answering?.then(
      ({ first, rest }) => ({
        first: told(first, admitted),
        rest: (deliver) =>
          rest((parts) => deliver(parts.map((part) => told(part, admitted)))).finally(release),
      }),
      (error) => {
        release();
        throw error;
      },
    );
  };
  return { execute, executeInParts };
}
