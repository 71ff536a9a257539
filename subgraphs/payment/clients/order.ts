import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { OrderAnswer, OrderToPay, Payment } from '../domain/payment.ts';

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
  };
}
