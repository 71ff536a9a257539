import { send } from '../api/client.ts';
import {
  AcknowledgeDifference,
  EndOrder,
  FreeOrderNights,
  type PaymentDifferenceKind,
  RefundPayment,
  ReleaseOrder,
  TellOrderAgain,
} from '../api/generated.ts';
import type { Refusal } from '../parts/act.ts';
import type { Mend } from './mend-kinds.ts';

type Difference = {
  kind: PaymentDifferenceKind;
  orderSn: string;
  payment: { sn: string } | null;
  owed: { amount: number } | null;
};

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
  async giveBack({ payment, owed }, reason, idempotencyKey) {
    // Without an amount, all that is left would go back.
    const amount = owed?.amount ?? 0;
    const input = { paymentSn: payment?.sn ?? '', amount, reason, idempotencyKey };
    const { refundPayment: answer } = await send(RefundPayment, { input });
    return 'message' in answer ? answer : { did: true };
  },
  async endStay({ orderSn }, reason, idempotencyKey) {
    const input = { orderSn, reason, idempotencyKey };
    const { endHomestayOrder: answer } = await send(EndOrder, { input });
    return 'message' in answer ? answer : { did: true };
  },
  async freeNights({ orderSn }) {
    const { freeOrderNights: answer } = await send(FreeOrderNights, { input: { orderSn } });
    return 'message' in answer ? answer : { did: true };
  },
  async acknowledge({ kind, orderSn, payment }, reason) {
    const input = { kind, orderSn, paymentSn: payment?.sn ?? null, reason };
    const { acknowledgeDifference: answer } = await send(AcknowledgeDifference, { input });
    return 'message' in answer ? answer : { did: true };
  },
  async release({ orderSn }) {
    const input = { orderSn };
    return { did: (await send(ReleaseOrder, { input })).releaseHomestayOrder };
  },
};
