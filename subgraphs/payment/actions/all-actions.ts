import type { Bound } from '../../../runtime/bind.ts';
import { acknowledgeDifference } from './acknowledge-difference.ts';
import { followPayments } from './follow-payments.ts';
import { listDifferences } from './list-differences.ts';
import { refundPayment, releaseOrder, tellOrderAgain } from './mend.ts';
import { payMethods } from './pay-methods.ts';
import { payOrder } from './pay-order.ts';
import { processPayments } from './process-payments.ts';
import { reconcile } from './reconcile.ts';
import { reconcileProviders } from './reconcile-providers.ts';
import { refundable } from './refundable.ts';
import { endStay, refundPart } from './request-refund.ts';
import { searchPayments } from './search-payments.ts';
import { sendEmails } from './send-emails.ts';
import { settleWaiting } from './settle-waiting.ts';

/** Everything that can be asked of the service. */
export const allActions = {
  acknowledgeDifference,
  endStay,
  followPayments,
  listDifferences,
  payMethods,
  payOrder,
  processPayments,
  reconcile,
  reconcileProviders,
  refundPart,
  refundPayment,
  refundable,
  releaseOrder,
  searchPayments,
  sendEmails,
  settleWaiting,
  tellOrderAgain,
};

/** The actions as a resolver calls them. */
export type Actions = Bound<typeof allActions>;
