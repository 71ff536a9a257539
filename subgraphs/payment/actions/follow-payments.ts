import { clientError } from '../../../runtime/errors.ts';
import { followVersions, type Shown } from '../../../runtime/follow-versions.ts';
import type { NewestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import { isVisibleTo, latestOf, type OrderToPay } from '../domain/payment.ts';
import { atVersion, type VersionedPayment } from '../domain/payment-versions.ts';

export type FollowPaymentsNeeds = {
  versionsOfOrder(orderSn: string): Promise<VersionedPayment[]>;
  orderToPay(sn: string): Promise<Pick<OrderToPay, 'travellerId' | 'hostId'> | null>;
  /**
   * Calls with a payment of the order after each change, or with nothing if changes may have been
   * missed.
   */
  onPaymentChange(
    orderSn: string,
    onChange: (payment: VersionedPayment | null | undefined) => void,
  ): () => void;
};

const maxUnsent = 100;

/**
 * The order's latest payment as it is now, then every later change of each of its payments: for its
 * traveller and its host. Pass the last seen versions to receive only newer ones.
 */
export function followPayments(
  needs: FollowPaymentsNeeds,
  userId: string,
  orderSn: string,
  seen: SeenVersions,
): NewestWinsQueue<VersionedPayment> {
  return followVersions<VersionedPayment>({
    seen,
    max: maxUnsent,
    keyOf: ({ sn }) => sn,
    atVersion,
    listen: (onChange) => needs.onPaymentChange(orderSn, onChange),
    async look(sent, first) {
      const payments = await needs.versionsOfOrder(orderSn);
      const owner = payments[0] ?? (await needs.orderToPay(orderSn));
      if (!owner || !isVisibleTo(owner, { userId, roles: [] }))
        throw clientError('FORBIDDEN', 'There is no such order for this caller.');
      return payments.toReversed().map((payment) => ({
        thing: payment,
        after: first ? firstShown(payment, payments, sent) : 0,
      }));
    },
  });
}

/**
 * At the first look only the latest payment is shown, as it is now. To a subscriber who has seen
 * payments before, one that began after those is news as a whole.
 */
function firstShown(
  payment: VersionedPayment,
  payments: readonly VersionedPayment[],
  sent: ReadonlyMap<string, number>,
): Shown<VersionedPayment>['after'] {
  const oldestSeen = payments.findLast(({ sn }) => sent.has(sn));
  if (oldestSeen) return payment.createdAt > oldestSeen.createdAt ? 0 : payment.version;
  return payment === latestOf(payments) ? payment.version - 1 : payment.version;
}
