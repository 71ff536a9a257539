import type { Bound } from '../../../runtime/bind.ts';
import { followPayments } from './follow-payments.ts';
import { payOrder } from './pay-order.ts';
import { processPayments } from './process-payments.ts';
import { reconcile } from './reconcile.ts';
import { refundOrder } from './refund-order.ts';
import { sendEmails } from './send-emails.ts';
import { settleWaiting } from './settle-waiting.ts';

/** Everything that a resolver can ask of the service. */
export const actions = {
  followPayments,
  payOrder,
  refundOrder,
  processPayments,
  settleWaiting,
  reconcile,
  sendEmails,
};

export type Actions = Bound<typeof actions>;
