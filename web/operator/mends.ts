import { send } from '../api/client.ts';
import {
  EndOrder,
  type PaymentDifferenceKind,
  RefundPayment,
  ReleaseOrder,
  TellOrderAgain,
} from '../api/generated.ts';
import type { Refusal } from '../parts/act.ts';

export type Mend = 'tellAgain' | 'refundAll' | 'endStay' | 'release';
type Difference = { order: { sn: string }; payment: { sn: string } | null };

/** What an operator can do about each kind of difference; for the others there is only to look. */
export const mendsOf: Record<PaymentDifferenceKind, readonly Mend[]> = {
  ORDER_NOT_TOLD: [],
  MONEY_WITHOUT_BOOKING: ['tellAgain', 'refundAll'],
  REFUSED_MONEY_KEPT: ['refundAll'],
  OTHER_AMOUNT_KEPT: ['refundAll'],
  REFUND_STUCK: [],
  REFUNDED_BUT_BOOKED: ['endStay'],
  BOOKING_WITHOUT_MONEY: [],
  ENDED_BUT_KEPT: ['refundAll'],
  REFUND_SENT_BACK: ['refundAll'],
  REFUNDED_TOO_MUCH: [],
  HELD_WITHOUT_REFUND: ['release'],
  ATTEMPT_UNANSWERED: [],
  PROVIDER_HAS_MORE: [],
  PROVIDER_HAS_LESS: [],
};

/** Whether a mend asks for a reason that the traveller reads. */
export const needsReason = (mend: Mend): boolean => mend === 'refundAll' || mend === 'endStay';

export type MendAnswer = Refusal | { did: boolean };

/** Each mend, with the API's mutation for it. The key makes a repeated one the same. */
export const doMend: Record<
  Mend,
  (difference: Difference, reason: string, idempotencyKey: string) => Promise<MendAnswer>
> = {
  async tellAgain({ payment }) {
    const input = { paymentSn: payment?.sn ?? '' };
    return { did: (await send(TellOrderAgain, { input })).tellOrderAgain };
  },
  async refundAll({ payment }, reason, idempotencyKey) {
    const input = { paymentSn: payment?.sn ?? '', reason, idempotencyKey };
    const { refundPayment: answer } = await send(RefundPayment, { input });
    return 'message' in answer ? answer : { did: true };
  },
  async endStay({ order }, reason, idempotencyKey) {
    const input = { orderSn: order.sn, reason, idempotencyKey };
    const { endHomestayOrder: answer } = await send(EndOrder, { input });
    return 'message' in answer ? answer : { did: true };
  },
  async release({ order }) {
    const input = { orderSn: order.sn };
    return { did: (await send(ReleaseOrder, { input })).releaseHomestayOrder };
  },
};
