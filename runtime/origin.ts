import { currentRequestId, type LogFields, withLogFields } from './log.ts';
import { currentSpan } from './tracing/span.ts';

/**
 * The request that made a change. It is stored beside the change, so that work that follows from it
 * has the same id in its log lines and belongs to the same trace, in any process, at any time.
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
 * Does work that follows from a change. Its log lines have the id of the request that made the
 * change. If a job does the work later, they have the job's id too, as `doneBy`.
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
