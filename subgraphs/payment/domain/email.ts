import { moneyText } from '../../../runtime/currency.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

/** An email. Its id names an event and a reader, so that each reader gets one of each event. */
export type Email = {
  id: string;
  /** Whom it is for. */
  to: 'TRAVELLER' | 'HOST';
  /** Whose stay it is about. */
  travellerId: string;
  /** The order it is about, which knows the reader's address. Null in emails of old releases. */
  orderSn: string | null;
  subject: string;
  text: string;
};

export const paidEmail = (payment: Payment): Email => ({
  id: `paid:${payment.sn}`,
  to: 'TRAVELLER',
  travellerId: payment.travellerId,
  orderSn: payment.orderSn,
  subject: `Your stay is booked: ${payment.description}`,
  text: [
    `Your payment of ${moneyText(payment)} has arrived. Your order ${payment.orderSn} is confirmed.`,
    payment.description,
  ].join('\n\n'),
});

/** What a host is told of a new booking. */
export const bookedEmail = (payment: Payment): Email => ({
  id: `booked:${payment.sn}`,
  to: 'HOST',
  travellerId: payment.travellerId,
  orderSn: payment.orderSn,
  subject: `New booking: ${payment.description}`,
  text: [
    `Order ${payment.orderSn} is paid: ${moneyText(payment)}.`,
    payment.description,
    'The order is among the bookings of your shop.',
  ].join('\n\n'),
});

export const refundedEmail = (refund: Refund): Email => ({
  id: `refunded:${refund.sn}`,
  to: 'TRAVELLER',
  travellerId: refund.travellerId,
  orderSn: refund.orderSn,
  subject: `Your refund for order ${refund.orderSn}`,
  text: [
    `We have refunded ${moneyText(refund)} of your order ${refund.orderSn}.`,
    refund.reason,
  ].join('\n\n'),
});
