import { clientError } from '../../runtime/errors.ts';
import type { Identity } from '../../runtime/identity/identity.ts';
import { type ClientRequest, clientAddress } from './client-address.ts';
import { concurrencyLimit } from './concurrency-limit.ts';

/** Bounds the connections that stay open: sockets, streams, and reservations of streams. */
export type ConnectionLimits = {
  /**
   * Takes a place for a user, or for an address while nobody has signed in.
   * @returns gives the place back
   * @throws TOO_MANY_CONNECTIONS
   */
  take(request: ClientRequest, identity: Identity | undefined): () => void;
};

export type ConnectionSettings = {
  SUBSCRIPTION_CONNECTIONS: number;
  SUBSCRIPTION_CONNECTIONS_PER_USER: number;
  SUBSCRIPTION_CONNECTIONS_PER_ADDRESS: number;
  TRUSTED_PROXIES: number;
};

export function connectionLimits(settings: ConnectionSettings): ConnectionLimits {
  const total = concurrencyLimit(settings.SUBSCRIPTION_CONNECTIONS);
  const perUser = concurrencyLimit(settings.SUBSCRIPTION_CONNECTIONS_PER_USER);
  const perAddress = concurrencyLimit(settings.SUBSCRIPTION_CONNECTIONS_PER_ADDRESS);
  return {
    take(request, identity) {
      const ofOne = identity
        ? perUser.take(identity.userId)
        : perAddress.take(clientAddress(request, settings.TRUSTED_PROXIES));
      if (!ofOne) throw tooMany(identity ? 'for one user' : 'from one address without a token');
      const ofAll = total.take('');
      if (ofAll)
        return () => {
          ofOne();
          ofAll();
        };
      ofOne();
      throw clientError('SERVICE_UNAVAILABLE', 'Too many connections are open. Try again.');
    },
  };
}

const tooMany = (whose: string) =>
  clientError('TOO_MANY_CONNECTIONS', `Too many connections are open ${whose}.`);
