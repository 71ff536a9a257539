import type { PaymentState } from './payment.ts';

/** Which payments are wanted. What is left out narrows nothing. */
export type PaymentSearch = {
  sn?: string | null;
  orderSn?: string | null;
  travellerId?: string | null;
  hostId?: string | null;
  states?: readonly PaymentState[] | null;
  /** Payments begun since this instant, and before that one. */
  from?: Date | null;
  to?: Date | null;
};
