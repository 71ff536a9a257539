import { onlyService, signedInUser } from '../../../runtime/caller.ts';
import { asEvents } from '../../../runtime/subgraph-subscriptions.ts';
import { availability, nightsAsked } from '../actions/availability.ts';
import { isVisibleTo, type Order, type OrderInput } from '../domain/order.ts';
import { isPaid } from '../domain/state.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';

/** The order of this number, if it is there for the caller. */
async function visibleOrder(sn: string, { caller, loaders }: Context): Promise<Order | null> {
  const order = await loaders.orders.load(sn);
  return order && isVisibleTo(order, caller.userId) ? order : null;
}

const positionOf = ({ sn, version }: Order) => ({ key: sn, version });

export const resolvers: Resolvers<Context> = {
  Query: {
    homestayOrder: (_, { sn }, context) => visibleOrder(sn, context),
    myHomestayOrders: (_, page, { caller, actions }) =>
      actions.myHomestayOrders(signedInUser(caller), page),
    takenHomestays: (_, { ids, ...stay }, { caller, actions }) => {
      onlyService(caller, 'travel');
      return actions.takenHomestays(ids, stay);
    },
    orderToPay: (_, { sn }, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.orderToPay(sn);
    },
    orderToRefund: (_, { sn }, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.orderToRefund(sn);
    },
    orderStandings: (_, { sns }, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.orderStandings(sns);
    },
    paidOrders: (_, { since, after }, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.paidOrders(since, after);
    },
  },
  Mutation: {
    createHomestayOrder: (_, { input }, { caller, actions }) =>
      // What the generated type calls optional has a default in the schema.
      actions.createHomestayOrder(signedInUser(caller), input as OrderInput),
    cancelHomestayOrder: (_, { sn }, { caller, actions }) =>
      actions.cancelHomestayOrder(signedInUser(caller), sn),
    checkInGuest: (_, { sn, ticketCode }, { caller, actions }) =>
      actions.checkInGuest(signedInUser(caller), sn, ticketCode),
    closeDueOrders: (_, _args, { caller, actions }) => {
      onlyService(caller, 'scheduler');
      return actions.closeDueOrders();
    },
    markOrderPaid: (_, { payment }, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.markOrderPaid(payment);
    },
    holdOrderForRefund: (_, refund, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.holdOrderForRefund(refund);
    },
    endOrderRefund: (_, refund, { caller, actions }) => {
      onlyService(caller, 'payment');
      return actions.endOrderRefund(refund);
    },
    expireUnusedOrders: (_, _args, { caller, actions }) => {
      onlyService(caller, 'scheduler');
      return actions.expireUnusedOrders();
    },
  },
  Subscription: {
    homestayOrderStateChanged: {
      subscribe: (_, { sn }, { caller, seen, actions }) =>
        asEvents(actions.followHomestayOrder(signedInUser(caller), sn, seen), (order) => ({
          homestayOrderStateChanged: order,
          change: positionOf(order),
        })),
    },
    myHomestayOrdersChanged: {
      subscribe: (_, _args, { caller, seen, actions }) =>
        asEvents(actions.followMyHomestayOrders(signedInUser(caller), seen), (order) => ({
          myHomestayOrdersChanged: order,
          change: positionOf(order),
        })),
    },
  },
  HomestayOrderResult: {
    __resolveType: (result) => ('reason' in result ? 'OrderRefused' : 'HomestayOrder'),
  },
  HomestayOrder: {
    __resolveReference: ({ sn }, context) => visibleOrder(sn, context),
    homestay: ({ homestayId }) => ({ id: homestayId }),
    ticketCode: (order, _, { caller }) =>
      isPaid(order.state) && caller.userId === order.travellerId ? order.ticketCode : null,
  },
  Homestay: {
    availability: async ({ id }, { from, to }, { loaders, countNights }) => {
      const nights = nightsAsked(from, to);
      countNights(nights);
      return availability(
        nights,
        await loaders.heldNights.load({ homestayId: id, checkIn: from, checkOut: to }),
      );
    },
  },
};
