import type { IncomingMessage } from 'node:http';
import type { DocumentNode } from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import type { CostlyWork } from './costly-work.ts';
import type { QuotaKey, RateLimit } from './rate-limit.ts';
import { sharedWork } from './shared-work.ts';

/** In whose turn a piece of work is done. */
export type Asker = { sender: { request: Pick<IncomingMessage, 'socket'> }; quota: QuotaKey };

/**
 * Does a piece of work in the turn of its client, unless it is done. Who wants the same meanwhile
 * takes no turn, and waits for that.
 * @throws where there is no room to wait, or nobody waits for it any more
 */
export type InTurn<Of> = (asker: Asker, of: Of, isDone: () => boolean, work: Work) => Promise<void>;

/** @param requireThere throws where the client has gone meanwhile */
export type Work = (requireThere: () => void) => void | Promise<void>;

/** What makes an operation ready that this gateway has not met: while one is done, no other is. */
export type NewOperations = {
  read: InTurn<string>;
  validate: InTurn<DocumentNode>;
  plan: InTurn<DocumentNode>;
};

export type NewOperationsNeeds = {
  prepareInTurn: CostlyWork['prepare'];
  rateLimit: Pick<RateLimit, 'requireLeft'>;
};

export function newOperations({ prepareInTurn, rateLimit }: NewOperationsNeeds): NewOperations {
  const inTurn = ({ sender: { request }, quota }: Asker, work: Work) => {
    const requireThere = () => {
      if (request.socket.destroyed) throw clientError('SERVICE_UNAVAILABLE', 'The client is gone.');
    };
    return prepareInTurn(`${quota.kind} ${quota.key}`, () => {
      requireThere();
      rateLimit.requireLeft(quota);
      return work(requireThere);
    });
  };
  const shared = <Of>(): InTurn<Of> => {
    const share = sharedWork<Of>();
    return (asker, of, isDone, work) => share(of, isDone, () => inTurn(asker, work));
  };
  return { read: shared(), validate: shared(), plan: shared() };
}
