import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Registry } from 'prom-client';
import {
  type Identity,
  type IdentityVerifier,
  identityVerifier,
  type KnownIdentity,
} from '../../runtime/identity/identity.ts';
import type { Log } from '../../runtime/log.ts';
import type { GatewaySettings } from '../settings.ts';
import { clientAddress } from './client-address.ts';
import type { CostlyWork } from './costly-work.ts';
import type { Budget, QuotaKey, RateLimit } from './rate-limit.ts';
import { type Late, slowRefusals } from './slow-refusals.ts';

/** The HTTP request by which something comes. */
type From = {
  request: Pick<IncomingMessage, 'headers' | 'socket'>;
  /** Is told what is left to the sender, also where what comes is refused. */
  charged?: (budget: Budget) => void;
};

/** Tells who sends, and charges him for what is not an operation. */
export type Charging = {
  /**
   * Verifies a token. One that is not good is charged to the address that sends it.
   * @throws UNAUTHENTICATED, or what else keeps it from being verified
   */
  identify(sender: From, authorization: string | undefined): VerifiedIdentity;
  /**
   * Charges for what is no operation: a page, a stream, messages.
   * @throws TOO_MANY_REQUESTS
   */
  charge(sender: From, identity: Identity | undefined, weight: number): Promise<Budget>;
  /**
   * Charges an address for a socket that it opens.
   * @throws TOO_MANY_REQUESTS where it had used up all before
   */
  chargeSocket(sender: From): void;
  /**
   * Before anything of a request is read.
   * @throws TOO_MANY_REQUESTS where its sender has used up all, or what is wrong with his token
   */
  requireLeft(sender: From): Promise<void>;
  /** Reads what takes time, such as a long body, in the turn of its sender. */
  readInTurn<T>(sender: From, read: () => T): Promise<T>;
  /** Charges the sender of a request that was refused before it was read. */
  chargeUnread(sender: From, refused: unknown): Promise<void>;
  /**
   * Waits before a refusal is told, where its sender is refused often.
   * @param sender is known by the token of the request where no identity is given
   */
  late(sender: From & { identity?: Identity | undefined }, refused: unknown): ReturnType<Late>;
};

type VerifiedIdentity = ReturnType<IdentityVerifier>;

export type ChargingNeeds = {
  settings: GatewaySettings;
  rateLimit: RateLimit;
  /** In whose turns what takes time is read. */
  prepareInTurn: CostlyWork['prepare'];
  log: Log;
  metrics?: Registry | undefined;
};

/** What admission needs besides, which is in a hurry. */
type Quick = {
  known: KnownIdentity;
  quotaKeyOf(from: From, identity: Identity | undefined): QuotaKey;
};

/** What it weighs to open a stream, or to be told that there is none. */
export const weightOfOpening = 90;

/** To answer what is refused before it is read takes as long as some ninety fields. */
const weightOfRefusal = 90;

/** So many bytes of what is no request at all weigh one: to parse 100 kB of JSON takes 3 ms. */
const unreadBytesOfOne = 100;

export function openCharging(needs: ChargingNeeds): Charging & Quick {
  const { settings, rateLimit, prepareInTurn, log, metrics } = needs;
  const verify = identityVerifier(settings, log, metrics);
  const slowed = slowRefusals(settings);

  const quotaKeyOf: Quick['quotaKeyOf'] = ({ request }, identity) =>
    identity
      ? { kind: 'user', key: identity.userId }
      : { kind: 'address', key: clientAddress(request, settings.TRUSTED_PROXIES) };

  /** Charges for what is refused in any case. */
  const chargeRefused = (from: From, quota: QuotaKey, weight: number) =>
    rateLimit.charge(quota, weightOfRefusal + weight).then(from.charged, () => {});

  const identify: Charging['identify'] = async (from, authorization) => {
    try {
      return await verify(authorization);
    } catch (refused) {
      if (codeOf(refused) === 'UNAUTHENTICATED')
        await chargeRefused(from, quotaKeyOf(from, undefined), 0);
      throw refused;
    }
  };

  const quotaOf = async (sender: From) => {
    const identity = await identify(sender, sender.request.headers.authorization);
    return quotaKeyOf(sender, identity);
  };

  const requireLeft: Charging['requireLeft'] = async (sender) => {
    rateLimit.requireLeft(await quotaOf(sender));
  };

  const readInTurn: Charging['readInTurn'] = async (sender, read) => {
    const { kind, key } = await quotaOf(sender);
    return prepareInTurn(`${kind} ${key}`, read);
  };

  const most = settings.MAX_BODY_BYTES;
  const chargeUnread: Charging['chargeUnread'] = async (sender, refused) => {
    // Its token has been charged for, or it was not looked at.
    if (isOutOfTurn(refused) || codeOf(refused) === 'UNAUTHENTICATED') return;
    const { headers } = sender.request;
    const sent = headers['transfer-encoding'] ? most : Number(headers['content-length'] ?? 0);
    const weight = Math.ceil(Math.min(sent, most) / unreadBytesOfOne);
    await chargeRefused(sender, await quotaOf(sender), weight);
  };

  const charge: Charging['charge'] = (sender, identity, weight) =>
    rateLimit.charge(quotaKeyOf(sender, identity), weight);

  const chargeSocket: Charging['chargeSocket'] = (sender) => {
    const quota = quotaKeyOf(sender, undefined);
    rateLimit.requireLeft(quota);
    // What is too much is refused the next time: a socket is taken over in the turn in which it comes.
    rateLimit.charge(quota, weightOfOpening).catch(() => {});
  };

  const late: Charging['late'] = (sender, refused) => {
    const identity = sender.identity ?? verify.known(sender.request.headers.authorization);
    return slowed(quotaKeyOf(sender, identity), refused);
  };

  return {
    ...{ known: verify.known, quotaKeyOf, late },
    ...{ identify, charge, chargeSocket, requireLeft, readInTurn, chargeUnread },
  };
}

/** What has not had its turn has cost nothing. */
export const isOutOfTurn = (refused: unknown): boolean =>
  ['TOO_MANY_REQUESTS', 'SERVICE_UNAVAILABLE'].includes(codeOf(refused));

const codeOf = (refused: unknown): string =>
  refused instanceof GraphQLError ? String(refused.extensions.code) : '';
