import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { OrderStanding } from '../domain/difference.ts';
import type { OrderAnswer, OrderToPay, Payment } from '../domain/payment.ts';
import type { OrderToRefund } from '../domain/refund-request.ts';

/** What we ask of the order service. Throws ServiceUnavailable where it does not answer. */
export type OrderClient = ReturnType<typeof orderClient>;

export function orderClient(service: ServiceClient) {
  return {
    /** What is to be paid for an order; undefined where there is none. */
    async toPay(sn: string): Promise<OrderToPay | undefined> {
      const { orderToPay } = await service.ask<{ orderToPay: OrderToPay | null }>(
        `query OrderToPay($sn: ID!) {
          orderToPay(sn: $sn) { sn state travellerId hostId total { amount currency } closeAt description overdue }
        }`,
        { sn },
      );
      return orderToPay ? { ...orderToPay, closeAt: new Date(orderToPay.closeAt) } : undefined;
    },

    /** Tells that money has arrived. Telling it again gives the same answer. */
    async markPaid({ sn, orderSn, amount, currency }: Payment): Promise<OrderAnswer> {
      const { markOrderPaid } = await service.ask<{ markOrderPaid: OrderAnswer }>(
        'mutation MarkOrderPaid($payment: OrderPaymentInput!) { markOrderPaid(payment: $payment) }',
        { payment: { orderSn, paymentSn: sn, amount, currency } },
      );
      return markOrderPaid;
    },

    async toRefund(sn: string): Promise<OrderToRefund | undefined> {
      const { orderToRefund } = await service.ask<{ orderToRefund: OrderToRefund | null }>(
        'query OrderToRefund($sn: ID!) { orderToRefund(sn: $sn) { sn state travellerId hostId share } }',
        { sn },
      );
      return orderToRefund ?? undefined;
    },

    /** Keeps the order from being used until the refund has ended. */
    async holdForRefund(refund: {
      orderSn: string;
      refundSn: string;
      unusedOnly: boolean;
    }): Promise<OrderAnswer> {
      const { holdOrderForRefund } = await service.ask<{ holdOrderForRefund: OrderAnswer }>(
        `mutation HoldOrderForRefund($orderSn: ID!, $refundSn: ID!, $unusedOnly: Boolean!) {
          holdOrderForRefund(orderSn: $orderSn, refundSn: $refundSn, unusedOnly: $unusedOnly)
        }`,
        refund,
      );
      return holdOrderForRefund;
    },

    async endRefund(refund: {
      orderSn: string;
      refundSn: string;
      succeeded: boolean;
    }): Promise<void> {
      await service.ask(
        `mutation EndOrderRefund($orderSn: ID!, $refundSn: ID!, $succeeded: Boolean!) {
          endOrderRefund(orderSn: $orderSn, refundSn: $refundSn, succeeded: $succeeded)
        }`,
        refund,
      );
    },

    /** How these orders stand, by serial number; those that don't exist are left out. */
    async standings(sns: readonly string[]): Promise<Map<string, OrderStanding>> {
      const { orderStandings } = await service.ask<{ orderStandings: StandingAnswer[] }>(
        `query OrderStandings($sns: [ID!]!) { orderStandings(sns: $sns) { ${standingFields} } }`,
        { sns },
      );
      return new Map(orderStandings.map((standing) => [standing.sn, toStanding(standing)]));
    },

    /** A page of the orders placed since then that were ever paid. */
    async paid(since: Date, after: string): Promise<OrderStanding[]> {
      const { paidOrders } = await service.ask<{ paidOrders: StandingAnswer[] }>(
        `query PaidOrders($since: DateTime!, $after: ID!) { paidOrders(since: $since, after: $after) { ${standingFields} } }`,
        { since: since.toISOString(), after },
      );
      return paidOrders.map(toStanding);
    },
  };
}

type StandingAnswer = Omit<OrderStanding, 'since'> & { since: string };
const standingFields = 'sn state paymentSn since';
const toStanding = (answer: StandingAnswer): OrderStanding => ({
  ...answer,
  since: new Date(answer.since),
});
