import { moneyText } from '../../../runtime/currency.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

/** An email to a traveller. Its id names the event, so that each event makes one email. */
export type Email = {
  id: string;
  travellerId: string;
  /** The order it is about, which knows the traveller's address. Null in emails of old releases. */
  orderSn: string | null;
  subject: string;
  text: string;
};

export const paidEmail = (payment: Payment): Email => ({
  id: `paid:${payment.sn}`,
  travellerId: payment.travellerId,
  orderSn: payment.orderSn,
  subject: `Your stay is booked: ${payment.description}`,
  text: [
    `Your payment of ${moneyText(payment)} has arrived. Your order ${payment.orderSn} is confirmed.`,
    payment.description,
  ].join('\n\n'),
});

export const refundedEmail = (refund: Refund): Email => ({
  id: `refunded:${refund.sn}`,
  travellerId: refund.travellerId,
  orderSn: refund.orderSn,
  subject: `Your refund for order ${refund.orderSn}`,
  text: [
    `We have refunded ${moneyText(refund)} of your order ${refund.orderSn}.`,
    refund.reason,
  ].join('\n\n'),
});
