import { isPaid, type OrderState, states } from '../subgraphs/order/domain/state.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './load.ts';

type Order = {
  _id: string;
  state: OrderState;
  closeAt: Date;
  nights: number;
  history: { state: OrderState; at: Date; cause: string }[];
};
type Charge = { _id: string; state: string; paidAt?: Date; refunded: number; amount: number };

/** What must not be, each with the serial numbers of the orders it is true of. */
export type Audit = Record<
  | 'acknowledged and lost'
  | 'told paid, and neither booked nor paid back'
  | 'told cancelled, and not cancelled'
  | 'open past their deadline'
  | 'paid in time and closed all the same'
  | 'money without a booking'
  | 'booking without money'
  | 'nights not held'
  | 'nights held by no order'
  | 'work left',
  string[]
>;

/** Compares the database and the provider with what travellers were told. */
export async function audit({ databases }: Fleet, ledger: Ledger): Promise<Audit> {
  const { order, payment, sandbox } = databases;
  const orders = await order.db.collection<Order>('orders').find().toArray();
  const nights = await order.db.collection<{ orderSn: string }>('nights').find().toArray();
  const payments = await payment.db
    .collection<{ _id: string; orderSn: string }>('payments')
    .find()
    .toArray();
  const charges = await sandbox.db.collection<Charge>('payments').find().toArray();
  const orderOf = new Map(payments.map(({ _id, orderSn }) => [_id, orderSn]));
  const paid = charges.filter(({ state }) => state === 'SUCCESS');
  const bySn = new Map(orders.map((one) => [one._id, one]));
  const now = await order.now();

  const keeps = (one: Charge): boolean => one.refunded < one.amount;
  const sn = (charge: Charge): string => orderOf.get(charge._id) ?? charge._id;
  const closedByUs = (one: Order | undefined): boolean =>
    one?.history.some(({ cause }) => cause === 'DEADLINE_PASSED') ?? false;
  const holders = new Map<string, number>();
  for (const { orderSn } of nights) holders.set(orderSn, (holders.get(orderSn) ?? 0) + 1);
  const holds = (one: Order): boolean => states[one.state].holdsNights;
  const paidOrders = new Set(paid.filter(keeps).map(sn));
  const paidBack = new Set(paid.filter((one) => !keeps(one)).map(sn));
  return {
    'acknowledged and lost': [...ledger.placed].filter((each) => !bySn.has(each)),
    'told paid, and neither booked nor paid back': [...ledger.paid].filter(
      (each) => !isPaid(bySn.get(each)?.state ?? 'CANCELLED') && !paidBack.has(each),
    ),
    'told cancelled, and not cancelled': [...ledger.cancelled].filter(
      (each) => bySn.get(each)?.state !== 'CANCELLED',
    ),
    'open past their deadline': orders
      .filter(({ state, closeAt }) => state === 'WAIT_PAY' && closeAt < now)
      .map(({ _id }) => _id),
    'paid in time and closed all the same': paid
      .filter((one) => {
        const its = bySn.get(sn(one));
        return its && closedByUs(its) && one.paidAt && one.paidAt < its.closeAt;
      })
      .map(sn),
    'money without a booking': paid
      .filter((one) => keeps(one) && !isPaid(bySn.get(sn(one))?.state ?? 'CANCELLED'))
      .map(sn),
    'booking without money': orders
      .filter(({ _id, state }) => state === 'WAIT_USE' && !paidOrders.has(_id))
      .map(({ _id }) => _id),
    'nights not held': orders
      .filter((one) => holds(one) && holders.get(one._id) !== one.nights)
      .map(({ _id }) => _id),
    'nights held by no order': [...holders.keys()].filter((each) => {
      const its = bySn.get(each);
      return !its || !holds(its);
    }),
    'work left': await workLeft(databases),
  };
}

async function workLeft({ payment }: Fleet['databases']): Promise<string[]> {
  const left = [
    ['payments', { toTell: true }],
    ['refunds', { open: true }],
    ['refunds', { orderTold: false, open: false }],
  ] as const;
  const found = await Promise.all(
    left.map(([name, filter]) =>
      payment.db.collection<{ _id: string }>(name).find(filter).toArray(),
    ),
  );
  return found.flat().map(({ _id }) => _id);
}

export const isClean = (found: Audit): boolean =>
  Object.values(found).every((sns) => sns.length === 0);
