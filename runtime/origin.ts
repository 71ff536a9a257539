import { currentRequestId, type LogFields, withLogFields } from './log.ts';
import { currentSpan } from './tracing/span.ts';

/**
 * What made a change, as it is stored beside it: work that follows from the change, in whichever
 * process and however much later, has the same id in its log lines and belongs to the same trace.
 */
export type Origin = {
  requestId: string;
  /** Where requests are traced. */
  traceparent?: string;
};

/** The origin of what is stored now. Nothing where no request is answered. */
export function originNow(): { origin?: Origin } {
  const requestId = currentRequestId();
  if (requestId === undefined) return {};
  const traceparent = currentSpan()?.headers.traceparent;
  return { origin: traceparent === undefined ? { requestId } : { requestId, traceparent } };
}

/**
 * Does work that follows from a change, also when a job finds it only later: its log lines carry the
 * id of what made the change and, as `doneBy`, that of the job.
 */
export function asPartOf<T>(origin: Origin | undefined, fields: LogFields, work: () => T): T {
  const by = currentRequestId();
  const requestId = origin?.requestId ?? by;
  const ids = {
    ...(requestId ? { requestId } : {}),
    ...(by && by !== requestId ? { doneBy: by } : {}),
  };
  return withLogFields({ ...fields, ...ids }, work);
}
