import type { ClientSession } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { Payment } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';

/** What changes the state of a payment. */
export type PaymentCause =
  | 'BEGUN'
  | 'MONEY_ARRIVED'
  | 'OTHER_AMOUNT_ARRIVED'
  | 'ENDED_WITHOUT_MONEY'
  | 'REFUND_BEGUN'
  | 'REFUND_ENDED'
  | 'REFUNDED_BY_PROVIDER';

/** What is told of a payment that has changed. */
export type ChangedPayment = Pick<Payment, 'sn' | 'orderSn' | 'state'>;

/** A state that a payment or a refund has come into. The cause of a refund's is the refund's own. */
export type StateChange =
  | ({ of: 'payment'; cause: PaymentCause } & ChangedPayment)
  | ({ of: 'refund' } & Pick<Refund, 'sn' | 'orderSn' | 'paymentSn' | 'state' | 'cause'>);

export type OnStateChange = (change: StateChange) => void;
/** Notes a change; one that is part of a transaction names its session. */
export type Changed = (change: StateChange, session?: ClientSession) => void;

/**
 * Tells of changes of state when they are stored. Those of a transaction are told after its commit,
 * once, however often it was tried; those of one that is given up are not told.
 */
export function stateChanges(
  { transaction }: Pick<Database, 'transaction'>,
  onChange: OnStateChange,
): Pick<Database, 'transaction'> & { changed: Changed } {
  const uncommitted = new WeakMap<ClientSession, StateChange[]>();
  return {
    async transaction(work) {
      let changes: StateChange[] = [];
      const result = await transaction((session) => {
        changes = [];
        uncommitted.set(session, changes);
        return work(session);
      });
      for (const change of changes) onChange(change);
      return result;
    },
    changed(change, session) {
      const later = session && uncommitted.get(session);
      if (later) later.push(change);
      else onChange(change);
    },
  };
}
