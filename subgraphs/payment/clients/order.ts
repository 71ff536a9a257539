import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { Booking, OrderStatus } from '../domain/difference.ts';
import type { OrderAnswer, OrderToPay, Payment } from '../domain/payment.ts';
import type { OrderToRefund } from '../domain/refund-request.ts';

const statusFields = 'sn payable usable ended paymentSn refundSn since';
const bookingFields = `${statusFields} shareOwed missedDeadline nightsHeld nightsDue`;
const toRefundFields = 'sn leavable ended travellerId hostId share';

/** What is asked, by name. The schema check holds every change of the order service against it. */
export const operations = {
  OrderToPay: `query OrderToPay($sn: ID!) {
    orderToPay(sn: $sn) {
      sn payable overdue travellerId hostId total { amount currency } closeAt description
    }
  }`,
  HostEmail: `query HostEmail($sn: ID!) { hostEmail(sn: $sn) }`,
  TravellerEmail: `query TravellerEmail($sn: ID!) { travellerEmail(sn: $sn) }`,
  OrderToRefund: `query OrderToRefund($sn: ID!) { orderToRefund(sn: $sn) { ${toRefundFields} } }`,
  OrderStatuses: `query OrderStatuses($sns: [ID!]!) {
    orderStatuses(sns: $sns) { ${statusFields} }
  }`,
  Bookings: `query Bookings($sns: [ID!]!) { orderStatuses(sns: $sns) { ${bookingFields} } }`,
  OrdersHeldByRefunds: `query OrdersHeldByRefunds($after: ID!) {
    ordersHeldByRefunds(after: $after) { orderSn refundSn }
  }`,
  PaidOrders: `query PaidOrders($since: DateTime!, $after: ID!) {
    paidOrders(since: $since, after: $after) { ${bookingFields} }
  }`,
  AttemptsToClose: `query AttemptsToClose($after: ID!, $first: Int!) {
    attemptsToClose(after: $after, first: $first) { orderSn paymentSn }
  }`,
  HoldOrderForPayment: `mutation HoldOrderForPayment($orderSn: ID!, $paymentSn: ID!) {
    holdOrderForPayment(orderSn: $orderSn, paymentSn: $paymentSn)
  }`,
  ReleaseOrderFromPayment: `mutation ReleaseOrderFromPayment($orderSn: ID!, $paymentSn: ID!) {
    releaseOrderFromPayment(orderSn: $orderSn, paymentSn: $paymentSn)
  }`,
  MarkOrderPaid: `mutation MarkOrderPaid($payment: OrderPaymentInput!) {
    markOrderPaid(payment: $payment)
  }`,
  HoldOrderForRefund: `mutation HoldOrderForRefund($orderSn: ID!, $refundSn: ID!) {
    holdOrderForRefund(orderSn: $orderSn, refundSn: $refundSn)
  }`,
  AskToLeaveOrder: `mutation AskToLeaveOrder($sn: ID!) {
    askToLeaveOrder(sn: $sn) { ${toRefundFields} }
  }`,
  EndOrderWithoutRefund: `mutation EndOrderWithoutRefund($orderSn: ID!, $cause: OrderEndCause!) {
    endOrderWithoutRefund(orderSn: $orderSn, cause: $cause)
  }`,
  EndOrderRefund: `mutation EndOrderRefund($orderSn: ID!, $refundSn: ID!, $succeeded: Boolean!) {
    endOrderRefund(orderSn: $orderSn, refundSn: $refundSn, succeeded: $succeeded)
  }`,
};

type OrderRefund = { orderSn: string; refundSn: string };
type OrderAttempt = { orderSn: string; paymentSn: string };
type OrderEnd = { orderSn: string; cause: 'LEFT_WITHOUT_REFUND' | 'ENDED_AFTER_REFUNDS' };
type OrderToPayAnswer = Omit<OrderToPay, 'closeAt'> & { closeAt: string };
type StatusAnswer = Omit<OrderStatus, 'since'> & { since: string };
type BookingAnswer = Omit<Booking, 'since' | 'missedDeadline'> & {
  since: string;
  missedDeadline: string | null;
};

/**
 * What we ask of the order service. Each throws ServiceUnavailable if the service does not answer.
 */
export const orderClient = (order: ServiceClient) => ({ ...queries(order), ...mutations(order) });

function queries({ ask }: ServiceClient) {
  return {
    /** Null if there is no such order. */
    async orderToPay(sn: string): Promise<OrderToPay | null> {
      type Answer = { orderToPay: OrderToPayAnswer | null };
      const { orderToPay } = await ask<Answer>(operations.OrderToPay, { sn });
      return orderToPay && { ...orderToPay, closeAt: new Date(orderToPay.closeAt) };
    },

    /** Where the traveller of an order gets mail; null if it is not known. */
    async travellerEmail(sn: string): Promise<string | null> {
      type Answer = { travellerEmail: string | null };
      return (await ask<Answer>(operations.TravellerEmail, { sn })).travellerEmail;
    },

    /** Where the host of an order gets mail; null if they have not asked for any. */
    async hostEmail(sn: string): Promise<string | null> {
      type Answer = { hostEmail: string | null };
      return (await ask<Answer>(operations.HostEmail, { sn })).hostEmail;
    },

    /** Null if there is no such order. */
    async orderToRefund(sn: string): Promise<OrderToRefund | null> {
      type Answer = { orderToRefund: OrderToRefund | null };
      return (await ask<Answer>(operations.OrderToRefund, { sn })).orderToRefund;
    },

    /** The payment attempts that are to be closed at their providers by now. */
    async attemptsToClose(after: string, first: number): Promise<OrderAttempt[]> {
      type Answer = { attemptsToClose: OrderAttempt[] };
      return (await ask<Answer>(operations.AttemptsToClose, { after, first })).attemptsToClose;
    },

    /** How these orders are now, by serial number. Unknown orders are left out. */
    async orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>> {
      type Answer = { orderStatuses: StatusAnswer[] };
      const { orderStatuses } = await ask<Answer>(operations.OrderStatuses, { sns });
      return new Map(orderStatuses.map((answer) => [answer.sn, toStatus(answer)]));
    },

    /** The same with all that reconciliation compares. */
    async bookings(sns: readonly string[]): Promise<Map<string, Booking>> {
      type Answer = { orderStatuses: BookingAnswer[] };
      const { orderStatuses } = await ask<Answer>(operations.Bookings, { sns });
      return new Map(orderStatuses.map((answer) => [answer.sn, toBooking(answer)]));
    },

    /** A page of the orders that a refund holds. */
    async ordersHeldByRefunds(after: string): Promise<OrderRefund[]> {
      type Answer = { ordersHeldByRefunds: OrderRefund[] };
      return (await ask<Answer>(operations.OrdersHeldByRefunds, { after })).ordersHeldByRefunds;
    },

    /** A page of the orders that may have been paid since then. */
    async paidOrders(since: Date, after: string): Promise<Booking[]> {
      const page = { since: since.toISOString(), after };
      type Answer = { paidOrders: BookingAnswer[] };
      return (await ask<Answer>(operations.PaidOrders, page)).paidOrders.map(toBooking);
    },
  };
}

function mutations({ ask }: ServiceClient) {
  return {
    /**
     * Before a payment is begun at its provider: the order stays open until the attempt has ended.
     */
    async holdOrderForPayment(attempt: OrderAttempt): Promise<OrderAnswer> {
      type Answer = { holdOrderForPayment: OrderAnswer };
      return (await ask<Answer>(operations.HoldOrderForPayment, attempt)).holdOrderForPayment;
    },

    /** An attempt has ended without money: its order can be paid otherwise, or closes. */
    async releaseOrderFromPayment(attempt: OrderAttempt): Promise<void> {
      await ask(operations.ReleaseOrderFromPayment, attempt);
    },

    /** Tells that money has arrived. Telling it again gives the same answer. */
    async markOrderPaid({ sn, orderSn, amount, currency }: Payment): Promise<OrderAnswer> {
      const payment = { orderSn, paymentSn: sn, amount, currency };
      type Answer = { markOrderPaid: OrderAnswer };
      return (await ask<Answer>(operations.MarkOrderPaid, { payment })).markOrderPaid;
    },

    /** Keeps the order from being used until the refund has ended. */
    async holdOrderForRefund(refund: OrderRefund): Promise<OrderAnswer> {
      type Answer = { holdOrderForRefund: OrderAnswer };
      return (await ask<Answer>(operations.HoldOrderForRefund, refund)).holdOrderForRefund;
    },

    /** The traveller asks to leave: the order keeps the moment of the first request. */
    async askToLeaveOrder(sn: string): Promise<OrderToRefund | null> {
      type Answer = { askToLeaveOrder: OrderToRefund | null };
      return (await ask<Answer>(operations.AskToLeaveOrder, { sn })).askToLeaveOrder;
    },

    /** Ends a paid stay although no money goes back now. */
    async endOrderWithoutRefund(end: OrderEnd): Promise<OrderAnswer> {
      type Answer = { endOrderWithoutRefund: OrderAnswer };
      return (await ask<Answer>(operations.EndOrderWithoutRefund, end)).endOrderWithoutRefund;
    },

    async endOrderRefund(refund: OrderRefund & { succeeded: boolean }): Promise<void> {
      await ask(operations.EndOrderRefund, refund);
    },
  };
}

const toStatus = (answer: StatusAnswer): OrderStatus => ({
  ...answer,
  since: new Date(answer.since),
});

const toBooking = (answer: BookingAnswer): Booking => ({
  ...answer,
  since: new Date(answer.since),
  missedDeadline: answer.missedDeadline === null ? null : new Date(answer.missedDeadline),
});
