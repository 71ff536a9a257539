import { currentRequestId } from './log.ts';
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
