import { isPaid, type OrderState, states } from '../../subgraphs/order/domain/state.ts';
import type { TestSystem } from '../system.ts';

type Row = {
  _id: string;
  orderSn: string;
  paymentSn: string;
  state: string;
  amount: number;
  refunded: number;
};
type PaymentRow = Row & { paidAt?: Date; orderAnswer?: string };

/** What is held for an order: the money at the provider, the money in our books, the booking, and its nights. */
export type Books = {
  order: OrderState;
  booked: number;
  ours: number;
  provider: number;
  nights: number;
  open: number;
};

/** Reads the books of one order at all who keep some, straight from their databases. */
export async function booksOf({ databases }: TestSystem, orderSn: string): Promise<Books> {
  const { order, payment, sandbox } = databases;
  const found = await order
    .collection<Omit<Row, 'state'> & { state: OrderState; total: { amount: number } }>('orders')
    .findOne({ _id: orderSn });
  if (!found) throw new Error(`there is no order ${orderSn}`);
  const { state, total } = found;
  const payments = await payment.collection<PaymentRow>('payments').find({ orderSn }).toArray();
  const refunds = await payment.collection<Row>('refunds').find({ orderSn }).toArray();
  const theirs = await sandbox
    .collection<Row>('payments')
    .find({ _id: { $in: payments.map(({ _id }) => _id) }, state: 'SUCCESS' })
    .toArray();
  const sum = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0);
  const returned = sum(
    refunds.filter((refund) => refund.state === 'SUCCESS').map(({ amount }) => amount),
  );
  const booked = isPaid(state) ? total.amount : 0;
  const accepted = payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED');
  const ofBooking = refunds.filter(
    (refund) => refund.state === 'SUCCESS' && refund.paymentSn === accepted?._id,
  );
  return {
    order: state,
    // What went back of the money that the order has accepted is no longer held for it.
    booked: booked - sum(ofBooking.map(({ amount }) => amount)),
    ours: sum(payments.filter((each) => each.paidAt).map(({ amount }) => amount)) - returned,
    provider: sum(theirs.map(({ amount, refunded }) => amount - refunded)),
    nights: await order.collection('nights').countDocuments({ orderSn }),
    open: refunds.filter(({ state: at }) => ['REQUESTED', 'APPROVED', 'SENT'].includes(at)).length,
  };
}

/** What is wrong with the books of an order; empty where money held is bookings held. */
export function wrongIn({ order, booked, ours, provider, nights, open }: Books): string[] {
  const held = states[order].holdsNights;
  return [
    ...(open > 0 ? [`${open} refunds are still under way`] : []),
    ...(ours !== provider ? [`we hold ${ours}, the provider ${provider}`] : []),
    ...(ours !== booked ? [`we hold ${ours}, booked are ${booked}`] : []),
    ...(held !== nights > 0 ? [`the order is ${order} and holds ${nights} nights`] : []),
    ...(booked < 0 ? ['more went back than was paid'] : []),
  ];
}
