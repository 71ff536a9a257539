import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

/** A message to a traveller. Its id names the event, so that each event makes one. */
export type Notice = {
  id: string;
  travellerId: string;
  subject: string;
  text: string;
};

const moneyText = (amount: number, currency: string): string => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

export const paidNotice = ({
  sn,
  orderSn,
  travellerId,
  amount,
  currency,
  description,
}: Payment): Notice => ({
  id: `paid:${sn}`,
  travellerId,
  subject: `Your stay is booked: ${description}`,
  text: `Your payment of ${moneyText(amount, currency)} has arrived and your order ${orderSn} is confirmed.\n\n${description}`,
});

export const refundedNotice = ({
  sn,
  orderSn,
  travellerId,
  amount,
  currency,
  reason,
}: Refund): Notice => ({
  id: `refunded:${sn}`,
  travellerId,
  subject: `Your money for order ${orderSn} has gone back`,
  text: `${moneyText(amount, currency)} of your order ${orderSn} have gone back to you.\n\n${reason}`,
});
