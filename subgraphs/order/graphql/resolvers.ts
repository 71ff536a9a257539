import { type Caller, signedInUser } from '../../../runtime/caller.ts';
import { globalId, keyOfId, keyOfReference } from '../../../runtime/global-id.ts';
import { isRefused, refusedFields } from '../../../runtime/refusal.ts';
import { asEvents } from '../../../runtime/subgraph-subscriptions.ts';
import { availability, nightsBetween } from '../actions/availability.ts';
import { leaveOffer } from '../actions/order-to-refund.ts';
import {
  isVisibleTo,
  type Order,
  type OrderInput,
  type Traveller,
  type Viewer,
} from '../domain/order.ts';
import type { OrderSearch } from '../domain/order-search.ts';
import { isPaid } from '../domain/state.ts';
import { nightCount } from '../domain/stay.ts';
import { messageId } from '../domain/webhook-message.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';

/** The order of this number, if the caller may see it. */
async function visibleOrder(sn: string, { caller, loaders }: Context): Promise<Order | null> {
  const order = await loaders.orders.load(sn);
  return order && isVisibleTo(order, caller) ? order : null;
}

/** Who asks to see an order. @throws if nobody is signed in */
const viewerOf = (caller: Caller): Viewer & { userId: string } => ({
  userId: signedInUser(caller),
  roles: caller.roles,
});

const travellerOf = (caller: Caller): Traveller => ({
  userId: signedInUser(caller),
  email: caller.email,
});

/** The key of the webhook that a client names. */
const webhookKey = (id: string) => keyOfId('OrderWebhook', id) ?? id;

const positionOf = ({ sn, version, history }: Order) => {
  const trace = history[version - 1]?.origin?.traceparent;
  return { key: sn, version, ...(trace ? { trace } : {}) };
};

/** An input with the homestay's plain key. */
const asKey = <Input extends { homestayId: string }>({ homestayId, ...rest }: Input) => ({
  ...rest,
  homestayId: keyOfId('Homestay', homestayId) ?? '',
});

/** A search with the homestay's plain key. */
const asSearch = <S extends OrderSearch>(search: S | null | undefined): S | null =>
  search?.homestayId
    ? { ...search, homestayId: keyOfId('Homestay', search.homestayId) ?? search.homestayId }
    : (search ?? null);

export const resolvers: Resolvers<Context> = {
  Query: {
    bookingRules: (_, _args, { actions }) => actions.bookingRules(),
    serverTime: (_, _args, { actions }) => actions.serverTime(),
    homestayOrder: (_, { sn }, context) => visibleOrder(sn, context),
    myHomestayOrders: (_, { filter, ...page }, { caller, actions }) =>
      actions.myHomestayOrders(signedInUser(caller), { ...page, filter: asSearch(filter) }),
    hostHomestayOrders: (_, { filter, ...page }, { caller, actions }) =>
      actions.hostHomestayOrders(signedInUser(caller), { ...page, filter: asSearch(filter) }),
    searchHomestayOrders: (_, { filter, ...page }, { actions }) =>
      actions.searchHomestayOrders({ ...page, filter: asSearch(filter) }),
    orderWebhooks: (_, _args, { actions }) => actions.operatorWebhooks(),
    orderedStay: (_, { sn }, { actions }) => actions.orderedStay(sn),
    takenHomestays: (_, { ids, ...stay }, { actions }) => actions.takenHomestays(ids, stay),
    attemptsToClose: (_, { after, first }, { actions }) => actions.attemptsToClose(after, first),
    travellerEmail: (_, { sn }, { actions }) => actions.travellerEmail(sn),
    hostEmail: (_, { sn }, { actions }) => actions.hostEmail(sn),
    orderToPay: (_, { sn }, { actions }) => actions.orderToPay(sn),
    orderToRefund: (_, { sn }, { actions }) => actions.orderToRefund(sn),
    ordersHeldByRefunds: (_, { after }, { actions }) => actions.ordersHeldByRefunds(after),
    orderStatuses: (_, { sns }, { actions }) => actions.orderStatuses(sns),
    paidOrders: (_, { since, after }, { actions }) => actions.paidOrders(since, after),
  },
  Mutation: {
    blockNights: (_, { input }, { caller, actions }) =>
      actions.blockNights(signedInUser(caller), asKey(input)),
    openNights: (_, { input }, { caller, actions }) =>
      actions.openNights(signedInUser(caller), asKey(input)),
    importCalendar: (_, { input }, { caller, actions }) =>
      actions.importCalendar(signedInUser(caller), asKey(input)),
    removeCalendar: (_, { input }, { caller, actions }) =>
      actions.removeCalendar(signedInUser(caller), asKey(input)),
    registerOrderWebhook: (_, { input: { shopId, url } }, { caller, actions }) =>
      actions.registerOrderWebhook(viewerOf(caller), {
        shopId: shopId ? (keyOfId('HomestayShop', shopId) ?? shopId) : null,
        url,
      }),
    rotateOrderWebhookSecret: (_, { input }, { caller, actions }) =>
      actions.rotateOrderWebhookSecret(viewerOf(caller), webhookKey(input.id)),
    enableOrderWebhook: (_, { input }, { caller, actions }) =>
      actions.enableOrderWebhook(viewerOf(caller), webhookKey(input.id)),
    replayOrderWebhook: (_, { input: { id, since, failedOnly = true } }, { caller, actions }) =>
      actions.replayOrderWebhook(viewerOf(caller), { id: webhookKey(id), since, failedOnly }),
    removeOrderWebhook: (_, { input }, { caller, actions }) =>
      actions.removeOrderWebhook(viewerOf(caller), webhookKey(input.id)),
    sendOrderWebhooks: (_, _args, { actions }) => actions.sendOrderWebhooks(),
    refreshCalendars: (_, _args, { actions }) => actions.refreshCalendars(),
    createHomestayOrder: (_, { input }, { caller, actions }) =>
      // What the generated type calls optional has a default in the schema.
      actions.createHomestayOrder(travellerOf(caller), {
        ...(input as OrderInput),
        homestayId: keyOfId('Homestay', input.homestayId) ?? input.homestayId,
      }),
    cancelHomestayOrder: (_, { input }, { caller, actions }) =>
      actions.cancelHomestayOrder(signedInUser(caller), input.orderSn),
    checkInGuest: (_, { input: { orderSn, ticketCode } }, { caller, actions }) =>
      actions.checkInGuest(signedInUser(caller), orderSn, ticketCode),
    freeOrderNights: (_, { input }, { actions }) => actions.freeOrderNights(input.orderSn),
    closeDueOrders: (_, { deadline }, { actions }) => actions.closeDueOrders(deadline ?? null),
    holdOrderForPayment: (_, { orderSn, paymentSn }, { actions }) =>
      actions.holdOrderForPayment(orderSn, paymentSn),
    releaseOrderFromPayment: (_, { orderSn, paymentSn }, { actions }) =>
      actions.releaseOrderFromPayment(orderSn, paymentSn),
    markOrderPaid: (_, { payment }, { actions }) => actions.markOrderPaid(payment),
    holdOrderForRefund: (_, refund, { actions }) => actions.holdOrderForRefund(refund),
    endOrderRefund: (_, refund, { actions }) => actions.endOrderRefund(refund),
    askToLeaveOrder: (_, { sn }, { actions }) => actions.askToLeave(sn),
    endOrderWithoutRefund: (_, end, { actions }) => actions.endOrderWithoutRefund(end),
    archiveOrders: (_, _args, { actions }) => actions.archiveOrders(),
    expireUnusedOrders: (_, _args, { actions }) => actions.expireUnusedOrders(),
  },
  Subscription: {
    homestayOrderStateChanged: {
      subscribe: (_, { sn }, { caller, seen, actions }) =>
        asEvents(actions.followHomestayOrder(viewerOf(caller), sn, seen), (order) => ({
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
    hostHomestayOrdersChanged: {
      subscribe: (_, _args, { caller, seen, actions }) =>
        asEvents(actions.followHostHomestayOrders(signedInUser(caller), seen), (order) => ({
          hostHomestayOrdersChanged: order,
          change: positionOf(order),
        })),
    },
  },
  NightsResult: { __resolveType: (result) => (isRefused(result) ? 'OrderRefused' : 'Homestay') },
  HomestayOrderResult: {
    __resolveType: (result) => (isRefused(result) ? 'OrderRefused' : 'HomestayOrder'),
  },
  OrderRefused: {
    ...refusedFields,
    takenNights: ({ takenNights }) => takenNights ?? [],
    ownOrderSn: ({ ownOrderSn }) => ownOrderSn ?? null,
  },
  HomestayOrder: {
    __resolveReference: (reference, context) => {
      const sn = keyOfReference('HomestayOrder', reference);
      return sn === null ? null : visibleOrder(sn, context);
    },
    id: ({ sn }) => globalId('HomestayOrder', sn),
    homestay: ({ homestayId }) => ({ id: globalId('Homestay', homestayId) }),
    leaveShare: async (order, _, { loaders }) =>
      leaveOffer(order, await loaders.now.load('now'))?.share ?? null,
    leaveUntil: async (order, _, { loaders }) =>
      leaveOffer(order, await loaders.now.load('now'))?.until ?? null,
    ticketCode: (order, _, { caller }) =>
      isPaid(order.state) && caller.userId === order.travellerId ? order.ticketCode : null,
  },
  HomestayShop: {
    id: ({ id }) => globalId('HomestayShop', keyOfId('HomestayShop', id) ?? id),
    orderWebhooks: ({ id }, _, { caller, actions }) =>
      actions.shopWebhooks(caller.userId, keyOfId('HomestayShop', id) ?? id),
  },
  OrderWebhookResult: {
    __resolveType: (result) => (isRefused(result) ? 'OrderRefused' : 'OrderWebhook'),
  },
  OrderWebhookSecretResult: {
    __resolveType: (result) => (isRefused(result) ? 'OrderRefused' : 'OrderWebhookSecret'),
  },
  OrderWebhook: {
    __resolveReference: ({ id }, { caller, actions }) => actions.ownWebhook(caller, webhookKey(id)),
    id: ({ id }) => globalId('OrderWebhook', id),
    failure: ({ failing }) => failing?.why ?? null,
    formerSecretUntil: async ({ former }, _, { loaders }) =>
      former && former.until > (await loaders.now.load('now')) ? former.until : null,
    waiting: ({ id }, _, { actions }) => actions.waitingMessages(id),
    givenUp: ({ id }, _, { actions }) => actions.messagesGivenUp(id),
  },
  OrderWebhookMessage: { id: (message) => messageId(message) },
  RefundRule: { percent: ({ share }) => share },
  RefundTerm: { percent: ({ share }) => share },
  HomestayQuoteResult: {
    __resolveType: (result) => (isRefused(result) ? 'OrderRefused' : 'HomestayQuote'),
  },
  Homestay: {
    quote: ({ id }, { input }, { caller, actions, limitNights }) => {
      limitNights({ length: Math.max(0, nightCount(input)) });
      const { needFood = false, ...stay } = input;
      const homestayId = keyOfId('Homestay', id) ?? id;
      return actions.quoteHomestayStay(caller.userId, homestayId, { ...stay, needFood });
    },
    id: ({ id }) => globalId('Homestay', keyOfId('Homestay', id) ?? id),
    calendarUrl: ({ id }, _, { caller, actions }) =>
      actions.calendarUrl(caller.userId, keyOfId('Homestay', id) ?? id),
    importedCalendars: ({ id }, _, { caller, actions }) =>
      actions.importedCalendars(caller.userId, keyOfId('Homestay', id) ?? id),
    availability: async (
      { id, timeZone = 'UTC' },
      { from, to },
      { loaders, actions, limitNights },
    ) => {
      const nights = nightsBetween(from, to);
      limitNights(nights);
      // An id of another type names no homestay, and so holds no nights.
      const homestayId = keyOfId('Homestay', id) ?? id;
      return availability(
        nights,
        await loaders.heldNights.load({ homestayId, checkIn: from, checkOut: to }),
        actions.bookableNights(timeZone, await loaders.now.load('now')),
      );
    },
  },
};
