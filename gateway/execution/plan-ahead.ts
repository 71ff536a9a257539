import type { PlanningThread, ToPlan } from './planning-thread.ts';
import type { Preparation } from './prepared-operation.ts';

export type PlanAheadNeeds = {
  preparation: Pick<Preparation, 'keepPlan'>;
  planInThread: PlanningThread['plan'] | undefined;
};

/**
 * Has an operation planned in the thread, if that plans it, so that the plan is there when it is made
 * ready.
 * @param requireThere throws where nobody waits for it any more
 */
export async function planAhead(
  { preparation, planInThread }: PlanAheadNeeds,
  asked: ToPlan,
  requireThere: () => void,
): Promise<void> {
  const planning = planInThread?.(asked);
  if (!planning) return;
  preparation.keepPlan(asked, await planning);
  requireThere();
}
