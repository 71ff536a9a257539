import { states } from '../../subgraphs/order/domain/state.ts';
import type { TestSystem } from '../system.ts';

type OrderRow = {
  _id: string;
  state: keyof typeof states;
  total: { amount: number };
  refundSn?: string;
  snapshot: { refundPolicy: { daysBefore: number; share: number }[] };
};
type Money = { amount: number; currency: string };
type PaymentRow = {
  _id: string;
  orderSn: string;
  method: string;
  amount: number;
  refunded: number;
  received?: Money;
  paidAt?: Date;
  orderAnswer?: string;
};
type RefundRow = {
  _id: string;
  orderSn: string;
  paymentSn: string;
  state: string;
  open: boolean;
  amount: number;
  createdAt: Date;
  settledAt?: Date;
  contradicted?: boolean;
  cause: string;
  endsStay: boolean;
};
type SandboxRow = { _id: string; state: string; amount: number; refunded: number; paid?: Money };

/** All that is stored of one order, in the order, payment and sandbox databases. */
export type LedgerOfOrder = {
  order: OrderRow;
  payments: PaymentRow[];
  refunds: RefundRow[];
  /** What the provider holds of each payment. */
  held: Map<string, number>;
  nights: number;
};

/**
 * Reads what is stored of one order, straight from the databases.
 * @param heldElsewhere what a simulated provider holds of a payment
 */
export async function ledgerOf(
  { databases }: Pick<TestSystem, 'databases'>,
  orderSn: string,
  heldElsewhere: (paymentSn: string) => number = () => 0,
): Promise<LedgerOfOrder> {
  const { order, payment, sandbox } = databases;
  const found = await order.collection<OrderRow>('orders').findOne({ _id: orderSn });
  if (!found) throw new Error(`there is no order ${orderSn}`);
  const payments = await payment.collection<PaymentRow>('payments').find({ orderSn }).toArray();
  const refunds = await payment.collection<RefundRow>('refunds').find({ orderSn }).toArray();
  const ids = payments.map(({ _id }) => _id);
  const theirs = await sandbox
    .collection<SandboxRow>('payments')
    .find({ _id: { $in: ids }, state: 'SUCCESS' })
    .toArray();
  return {
    order: found,
    payments,
    refunds,
    held: new Map([
      ...payments
        .filter(({ method }) => method !== 'SANDBOX')
        .map(({ _id }) => [_id, heldElsewhere(_id)] as const),
      ...theirs.map(
        ({ _id, amount, paid, refunded }) => [_id, (paid?.amount ?? amount) - refunded] as const,
      ),
    ]),
    nights: await order.collection('nights').countDocuments({ orderSn }),
  };
}

const sum = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0);

/** How much we hold of a payment by our own books. */
export const leftIn = ({ paidAt, received, amount, refunded }: PaymentRow): number =>
  paidAt ? (received?.amount ?? amount) - refunded : 0;

/**
 * What is wrong with an order's money; empty if money held is bookings held, here and at the
 * provider.
 */
export function wrongIn(ledger: LedgerOfOrder): string[] {
  const { order, payments, refunds, held, nights } = ledger;
  const open = refunds.filter((refund) => refund.open).length;
  return [
    ...(open > 0 ? [`${open} refunds are still under way`] : []),
    ...payments.flatMap((payment) => wrongInPayment(payment, ledger)),
    ...[...held.entries()]
      .filter(([, amount]) => amount !== 0)
      .map(([sn]) => sn)
      .filter((sn) => !payments.find(({ _id, paidAt }) => _id === sn && paidAt))
      .map((sn) => `${sn} is paid at the provider only`),
    ...(states[order.state].holdsNights === nights > 0
      ? []
      : [`the order is ${order.state} and holds ${nights} nights`]),
    ...wrongInBooking(ledger),
  ];
}

function wrongInPayment(payment: PaymentRow, { refunds, held }: LedgerOfOrder): string[] {
  const { _id: sn, orderAnswer, refunded, paidAt } = payment;
  const left = leftIn(payment);
  const theirs = held.get(sn) ?? 0;
  const gone = refunds.filter(({ paymentSn, state }) => paymentSn === sn && state === 'SUCCESS');
  const returned = sum(gone.map(({ amount }) => amount));
  return [
    ...(left === theirs ? [] : [`we hold ${left} of ${sn}, the provider ${theirs}`]),
    ...(left < 0 ? [`more went back of ${sn} than was paid`] : []),
    ...(returned === refunded ? [] : [`${sn} says ${refunded} went back, its refunds ${returned}`]),
    ...(paidAt && orderAnswer !== 'ACCEPTED' && left !== 0 ? [`${left} of ${sn} is kept`] : []),
  ];
}

/** A paid order has its money; one that was ended has given back what it owes. */
function wrongInBooking({ order, payments, refunds }: LedgerOfOrder): string[] {
  const accepted = payments.filter(({ orderAnswer }) => orderAnswer === 'ACCEPTED');
  const { paid } = states[order.state];
  if (accepted.length !== (paid ? 1 : 0))
    return [`the order is ${order.state} and has ${accepted.length} payments`];
  const [payment] = accepted;
  if (!payment) return [];
  const sentBack = Math.min(partsSentBack(refunds), leftIn(payment));
  return [
    ...(sentBack > 0 ? [`the bank sent back ${sentBack} of what was given back`] : []),
    ...(states[order.state].holdsNights ? [] : wrongInEnd(payment, order, refunds)),
  ];
}

/** How much of the parts that the bank sent back has not been given back anew since. */
function partsSentBack(refunds: readonly RefundRow[]): number {
  const parts = refunds.filter(
    ({ state, cause, endsStay, contradicted }) =>
      state === 'FAILED' && contradicted && !endsStay && cause !== 'PROVIDER',
  );
  // A part that began after another had come back was to give that one back.
  const backAt = ({ settledAt, createdAt }: RefundRow) => settledAt ?? createdAt;
  const first = parts.filter((part) => !parts.some((one) => backAt(one) < part.createdAt));
  const since = new Date(Math.min(...first.map((part) => backAt(part).getTime())));
  const anew = refunds.filter(({ state, createdAt }) => state === 'SUCCESS' && createdAt > since);
  return sum(first.map(({ amount }) => amount)) - sum(anew.map(({ amount }) => amount));
}

/** A stay that was ended has given back what it owes. */
function wrongInEnd(payment: PaymentRow, order: OrderRow, refunds: RefundRow[]): string[] {
  const ending = refunds.find(({ _id }) => _id === order.refundSn);
  if (!ending) return wrongWithoutRefund(payment, order);
  const shares = order.snapshot.refundPolicy.map(({ share }) => (payment.amount * share) / 100);
  const left = leftIn(payment);
  // If the bank sent the refund back, an operator gives the money back anew.
  const instead = refunds.filter(
    ({ state, createdAt }) => state === 'SUCCESS' && createdAt >= ending.createdAt,
  );
  const returned = sum(instead.map(({ amount }) => amount));
  const enough = left === 0 || shares.some((share) => returned > share - 1);
  return [
    ...(ending.cause !== 'TRAVELLER' && left !== 0
      ? [`the host ended it, and ${left} is kept`]
      : []),
    ...(returned >= ending.amount ? [] : [`the refund that ended the stay is ${ending.state}`]),
    ...(enough ? [] : [`${returned} went back, less than any share of the policy`]),
  ];
}

/** Left when the policy gave nothing back, or ended after everything had gone back in parts. */
const wrongWithoutRefund = (payment: PaymentRow, order: OrderRow): string[] => {
  const cause = (order as unknown as { history: { cause: string }[] }).history.at(-1)?.cause;
  if (cause === 'LEFT_WITHOUT_REFUND') return [];
  const left = leftIn(payment);
  return left === 0 ? [] : [`the stay ended by ${cause}, and ${left} is kept`];
};
