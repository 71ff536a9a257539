import { asGraphqlError, clientError, isClientCode } from '../../runtime/errors.ts';
import type { EndReason } from './shared-subscription.ts';

/**
 * The client must change something first. A service that is away or at fault may be well the next
 * time.
 */
export const isFinal = (error: unknown): boolean => {
  const { code } = asGraphqlError(error).extensions;
  return isClientCode(code) && code !== 'SERVICE_UNAVAILABLE';
};

const unavailable = (message: string) => clientError('SERVICE_UNAVAILABLE', message);

/** What clients get last; nothing when the subgraph completes the subscription. */
export function lastError(why: EndReason, service: string): unknown {
  switch (why.because) {
    case 'completed':
      return undefined;
    case 'refused':
      return why.errors;
    case 'unavailable':
      return unavailable(`The ${service} service does not answer. Try again.`);
    case 'events missed':
      return unavailable(
        `The connection to the ${service} service was lost, and events with it. Subscribe again.`,
      );
    case 'client too slow':
      return unavailable('More events came than you have taken. Subscribe again.');
    case 'too many events':
      return unavailable('More events came than can be answered. Subscribe again.');
  }
}
