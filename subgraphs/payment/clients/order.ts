import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { OrderStatus } from '../domain/difference.ts';
import type { OrderAnswer, OrderToPay, Payment } from '../domain/payment.ts';
import type { OrderToRefund } from '../domain/refund-request.ts';

const statusFields = 'sn payable usable ended paymentSn since';

/** What is asked, by name. The schema check holds every change of the order service against it. */
export const operations = {
  OrderToPay: `query OrderToPay($sn: ID!) {
          orderToPay(sn: $sn) {
            sn payable overdue travellerId hostId total { amount currency } closeAt description
          }
        }`,
  OrderToRefund: `query OrderToRefund($sn: ID!) {
          orderToRefund(sn: $sn) { sn leavable travellerId hostId share }
        }`,
  OrderStatuses: `query OrderStatuses($sns: [ID!]!) {
          orderStatuses(sns: $sns) { ${statusFields} }
        }`,
  PaidOrders: `query PaidOrders($since: DateTime!, $after: ID!) {
          paidOrders(since: $since, after: $after) { ${statusFields} }
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
  MarkOrderPaid:
    'mutation MarkOrderPaid($payment: OrderPaymentInput!) { markOrderPaid(payment: $payment) }',
  HoldOrderForRefund: `mutation HoldOrderForRefund($orderSn: ID!, $refundSn: ID!, $unusedOnly: Boolean!) {
          holdOrderForRefund(orderSn: $orderSn, refundSn: $refundSn, unusedOnly: $unusedOnly)
        }`,
  EndOrderRefund: `mutation EndOrderRefund($orderSn: ID!, $refundSn: ID!, $succeeded: Boolean!) {
          endOrderRefund(orderSn: $orderSn, refundSn: $refundSn, succeeded: $succeeded)
        }`,
};

type Answered<Field extends string, Value> = Record<Field, Value>;
type Refund = { orderSn: string; refundSn: string };
type OrderAttempt = { orderSn: string; paymentSn: string };

/** What we ask of the order service. Each throws ServiceUnavailable if the service does not answer. */
export const orderClient = (order: ServiceClient) => ({ ...queries(order), ...mutations(order) });

function queries({ ask }: ServiceClient) {
  return {
    /** Null if there is no such order. */
    async orderToPay(sn: string): Promise<OrderToPay | null> {
      const { orderToPay } = await ask<Answered<'orderToPay', OrderToPayAnswer | null>>(
        operations.OrderToPay,
        { sn },
      );
      return orderToPay && { ...orderToPay, closeAt: new Date(orderToPay.closeAt) };
    },

    /** Null if there is no such order. */
    async orderToRefund(sn: string): Promise<OrderToRefund | null> {
      const { orderToRefund } = await ask<Answered<'orderToRefund', OrderToRefund | null>>(
        operations.OrderToRefund,
        { sn },
      );
      return orderToRefund;
    },

    /** The payment attempts that are to be closed at their providers by now. */
    async attemptsToClose(after: string, first: number): Promise<OrderAttempt[]> {
      const { attemptsToClose } = await ask<Answered<'attemptsToClose', OrderAttempt[]>>(
        operations.AttemptsToClose,
        { after, first },
      );
      return attemptsToClose;
    },

    /** How these orders are now, by serial number. Unknown orders are left out. */
    async orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>> {
      const { orderStatuses } = await ask<Answered<'orderStatuses', StatusAnswer[]>>(
        operations.OrderStatuses,
        { sns },
      );
      return new Map(orderStatuses.map((answer) => [answer.sn, toStatus(answer)]));
    },

    /** A page of the orders placed since then that were ever paid. */
    async paidOrders(since: Date, after: string): Promise<OrderStatus[]> {
      const { paidOrders } = await ask<Answered<'paidOrders', StatusAnswer[]>>(
        operations.PaidOrders,
        { since: since.toISOString(), after },
      );
      return paidOrders.map(toStatus);
    },
  };
}

function mutations({ ask }: ServiceClient) {
  return {
    /** Before a payment is begun at its provider: the order stays open until the attempt has ended. */
    async holdOrderForPayment(attempt: OrderAttempt): Promise<OrderAnswer> {
      const { holdOrderForPayment } = await ask<Answered<'holdOrderForPayment', OrderAnswer>>(
        operations.HoldOrderForPayment,
        attempt,
      );
      return holdOrderForPayment;
    },

    /** An attempt has ended without money: its order can be paid otherwise, or closes. */
    async releaseOrderFromPayment(attempt: OrderAttempt): Promise<void> {
      await ask(operations.ReleaseOrderFromPayment, attempt);
    },

    /** Tells that money has arrived. Telling it again gives the same answer. */
    async markOrderPaid({ sn, orderSn, amount, currency }: Payment): Promise<OrderAnswer> {
      const { markOrderPaid } = await ask<Answered<'markOrderPaid', OrderAnswer>>(
        operations.MarkOrderPaid,
        { payment: { orderSn, paymentSn: sn, amount, currency } },
      );
      return markOrderPaid;
    },

    /** Keeps the order from being used until the refund has ended. */
    async holdOrderForRefund(refund: Refund & { unusedOnly: boolean }): Promise<OrderAnswer> {
      const { holdOrderForRefund } = await ask<Answered<'holdOrderForRefund', OrderAnswer>>(
        operations.HoldOrderForRefund,
        refund,
      );
      return holdOrderForRefund;
    },

    async endOrderRefund(refund: Refund & { succeeded: boolean }): Promise<void> {
      await ask(operations.EndOrderRefund, refund);
    },
  };
}

type OrderToPayAnswer = Omit<OrderToPay, 'closeAt'> & { closeAt: string };
type StatusAnswer = Omit<OrderStatus, 'since'> & { since: string };

const toStatus = (answer: StatusAnswer): OrderStatus => ({
  ...answer,
  since: new Date(answer.since),
});
