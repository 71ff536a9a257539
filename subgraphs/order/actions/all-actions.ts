import type { Bound } from '../../../runtime/bind.ts';
import { archiveOrders } from './archive-orders.ts';
import { attemptsToClose } from './attempts-to-close.ts';
import { bookableNights } from './availability.ts';
import { blockNights, openNights } from './block-nights.ts';
import { bookingRules, serverTime } from './booking-rules.ts';
import { cancelHomestayOrder } from './cancel-homestay-order.ts';
import { checkInGuest } from './check-in-guest.ts';
import { closeDueOrders } from './close-due-orders.ts';
import { createHomestayOrder } from './create-homestay-order.ts';
import { expireUnusedOrders } from './expire-unused-orders.ts';
import { followHomestayOrder } from './follow-homestay-order.ts';
import { followHostHomestayOrders, followMyHomestayOrders } from './follow-my-homestay-orders.ts';
import { freeOrderNights } from './free-order-nights.ts';
import { holdOrderForPayment } from './hold-order-for-payment.ts';
import { hostEmail } from './host-email.ts';
import {
  importCalendar,
  importedCalendars,
  refreshCalendars,
  removeCalendar,
} from './import-calendar.ts';
import { markOrderPaid } from './mark-order-paid.ts';
import { orderStatuses, paidOrders } from './order-statuses.ts';
import { orderToPay } from './order-to-pay.ts';
import { askToLeave, orderToRefund } from './order-to-refund.ts';
import {
  enableOrderWebhook,
  messagesGivenUp,
  operatorWebhooks,
  ownWebhook,
  registerOrderWebhook,
  removeOrderWebhook,
  replayOrderWebhook,
  rotateOrderWebhookSecret,
  shopWebhooks,
  waitingMessages,
} from './order-webhooks.ts';
import { orderedStay } from './ordered-stay.ts';
import { quoteHomestayStay } from './quote-homestay-stay.ts';
import {
  endOrderRefund,
  endOrderWithoutRefund,
  holdOrderForRefund,
  ordersHeldByRefunds,
} from './refund-order.ts';
import { releaseOrderFromPayment } from './release-order-from-payment.ts';
import { hostHomestayOrders, myHomestayOrders, searchHomestayOrders } from './search-orders.ts';
import { sendOrderWebhooks } from './send-webhooks.ts';
import { calendarUrl } from './taken-calendar.ts';
import { takenHomestays } from './taken-homestays.ts';
import { travellerEmail } from './traveller-email.ts';

/** Everything that can be asked of the service. */
export const allActions = {
  archiveOrders,
  askToLeave,
  attemptsToClose,
  blockNights,
  calendarUrl,
  importCalendar,
  importedCalendars,
  openNights,
  orderedStay,
  bookableNights,
  bookingRules,
  cancelHomestayOrder,
  checkInGuest,
  closeDueOrders,
  createHomestayOrder,
  enableOrderWebhook,
  endOrderRefund,
  endOrderWithoutRefund,
  expireUnusedOrders,
  followHomestayOrder,
  followHostHomestayOrders,
  followMyHomestayOrders,
  freeOrderNights,
  hostHomestayOrders,
  holdOrderForPayment,
  holdOrderForRefund,
  markOrderPaid,
  messagesGivenUp,
  myHomestayOrders,
  operatorWebhooks,
  orderStatuses,
  orderToPay,
  orderToRefund,
  ordersHeldByRefunds,
  ownWebhook,
  paidOrders,
  quoteHomestayStay,
  refreshCalendars,
  registerOrderWebhook,
  releaseOrderFromPayment,
  removeCalendar,
  removeOrderWebhook,
  replayOrderWebhook,
  rotateOrderWebhookSecret,
  searchHomestayOrders,
  sendOrderWebhooks,
  serverTime,
  shopWebhooks,
  takenHomestays,
  travellerEmail,
  hostEmail,
  waitingMessages,
};

/** The actions as a resolver calls them. */
export type Actions = Bound<typeof allActions>;
