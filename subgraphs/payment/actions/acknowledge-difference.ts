import { addLogFields, type Log } from '../../../runtime/log.ts';
import type { Acknowledgement, DifferenceKey, FoundDifference } from '../domain/difference.ts';
import { type DifferenceRefused, differenceRefused } from '../domain/difference-refusal.ts';
import { type Caller, isReason } from '../domain/refund-request.ts';

export type AcknowledgeDifferenceNeeds = {
  now(): Promise<Date>;
  /** Keeps it. Null if no comparison has found such a difference. */
  acknowledge(
    difference: DifferenceKey,
    acknowledgement: Acknowledgement,
  ): Promise<FoundDifference | null>;
  log: Log;
};

export type AcknowledgeDifferenceRequest = Caller & DifferenceKey & { reason: string };

/**
 * An operator ends a difference that nothing else ends: what can be done is done, or it is meant. It
 * is open again once what was compared has changed.
 */
export async function acknowledgeDifference(
  needs: AcknowledgeDifferenceNeeds,
  { userId, roles, reason, ...key }: AcknowledgeDifferenceRequest,
): Promise<FoundDifference | DifferenceRefused> {
  if (!roles.includes('operator')) return differenceRefused('DIFFERENCE_UNKNOWN');
  addLogFields({ orderSn: key.orderSn });
  if (!isReason(reason)) return differenceRefused('REASON_INVALID');
  const given = { by: userId, reason: reason.trim().toWellFormed(), at: await needs.now() };
  const acknowledged = await needs.acknowledge(key, given);
  if (!acknowledged) return differenceRefused('DIFFERENCE_UNKNOWN');
  needs.log.info({ ...key, by: userId }, 'a difference is acknowledged');
  return acknowledged;
}
