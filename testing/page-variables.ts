import { globalId } from '../runtime/global-id.ts';
import { host, operator, type User } from './tokens.ts';

/** What there is to look at: a paid order, and days on which it is not. */
export type Places = {
  paidSn: string;
  paymentSn: string;
  /** The paid order's night, and the day after it. */
  day: string;
  next: string;
  /** A day on which nothing is booked. */
  later: string;
  laterNext: string;
};

/** Who asks a registered operation (Ana by default), and with what. Mutations change nothing. */
type PageVariables = { user?: User; variables(places: Places): Record<string, unknown> };

const homestay = globalId('Homestay', 'home-0');
const shop = globalId('HomestayShop', 'shop');
const of = (variables: PageVariables['variables'], user?: User): PageVariables => ({
  variables,
  ...(user ? { user } : {}),
});
const none = () => ({});
const nights = ({ later, laterNext }: Places) => ({ from: later, to: laterNext });
const hostNights = (places: Places) => ({
  input: { homestayId: homestay, ...nights(places) },
  ...nights(places),
});
const refund = { reason: 'Plans have changed.', idempotencyKey: 'a page' };

/** By the name of the operation. One that is not here is asked by Ana, without variables. */
export const pageVariables: Record<string, PageVariables> = {
  AcknowledgeDifference: of(
    ({ paidSn }) => ({
      input: { kind: 'REFUND_STUCK', orderSn: paidSn, reason: 'It is known at the provider.' },
    }),
    operator,
  ),
  BlockNights: of(hostNights, host),
  CancelOrder: of(({ paidSn }) => ({ input: { orderSn: paidSn } })),
  CheckInGuest: of(({ paidSn }) => ({ input: { orderSn: paidSn, ticketCode: 'wrong' } }), host),
  CommentOnStay: of(({ paidSn }) => ({
    input: { orderSn: paidSn, stars: 5, content: 'Very good.', author: 'Ana' },
  })),
  EditHomestay: of(() => ({ input: { homestayId: homestay, info: 'By the lake.' } }), host),
  EditHomestayShop: of(() => ({ input: { shopId: shop, info: 'A shop.' } }), host),
  EnableWebhook: of(() => ({ input: { id: 'unknown' } }), host),
  EndOrder: of(({ paidSn }) => ({ input: { orderSn: paidSn, ...refund, reason: '' } }), host),
  HomestayComments: of(() => ({ id: homestay })),
  HomestayPage: of((places) => ({ id: homestay, ...nights(places) })),
  HomestayShopPage: of(() => ({ id: shop })),
  HostCalendars: of(() => ({ id: homestay }), host),
  HostDay: of(({ day }) => ({ day: { from: day, to: day } }), host),
  HostNights: of((places) => ({ id: homestay, ...nights(places) }), host),
  HostOrders: of(() => ({ first: 10 }), host),
  HostOrdersLive: of(none, host),
  ImportCalendar: of(() => ({ input: { homestayId: homestay, url: 'nowhere' } }), host),
  LeaveOrder: of(({ paidSn }) => ({ input: { orderSn: paidSn, ...refund, reason: '' } })),
  MyHomestay: of((places) => ({ id: homestay, ...nights(places) }), host),
  MyHomestayShops: of(none, host),
  OpenNights: of(hostNights, host),
  OperatorWebhooks: of(none, operator),
  OrderLive: of(({ paidSn }) => ({ sn: paidSn })),
  OrderPage: of(({ paidSn }) => ({ sn: paidSn })),
  PayOrder: of(({ paidSn }) => ({ input: { orderSn: paidSn, method: 'SANDBOX' } })),
  PaymentDifferences: of(() => ({ acknowledged: false }), operator),
  PaymentLive: of(({ paidSn }) => ({ orderSn: paidSn })),
  PaymentStatus: of(({ paymentSn }) => ({ sn: paymentSn })),
  PlaceOrder: of(({ later }) => ({
    input: {
      homestayId: homestay,
      checkIn: later,
      checkOut: later,
      guests: 1,
      idempotencyKey: 'a page',
    },
  })),
  QuoteStay: of(({ later, laterNext }) => ({
    homestayId: homestay,
    input: { checkIn: later, checkOut: laterNext, guests: 1 },
  })),
  ReadAgain: of(({ paidSn }) => ({ id: globalId('HomestayOrder', paidSn) })),
  RegisterWebhook: of(() => ({ input: { shopId: shop, url: 'nowhere' } }), host),
  RefundOrder: of(
    ({ paidSn }) => ({
      input: { orderSn: paidSn, amount: { amount: 1, currency: 'CNY' }, ...refund, reason: '' },
    }),
    host,
  ),
  RefundPayment: of(({ paymentSn }) => ({ input: { paymentSn, ...refund, reason: '' } }), operator),
  RemoveCalendar: of(() => ({ input: { homestayId: homestay, url: 'nowhere' } }), host),
  RemoveWebhook: of(() => ({ input: { id: 'unknown' } }), host),
  ReplayWebhook: of(({ day }) => ({ input: { id: 'unknown', since: `${day}T00:00:00Z` } }), host),
  RotateWebhookSecret: of(() => ({ input: { id: 'unknown' } }), host),
  FreeOrderNights: of(({ paidSn }) => ({ input: { orderSn: paidSn } }), operator),
  ReleaseOrder: of(({ paidSn }) => ({ input: { orderSn: paidSn } }), operator),
  SearchHomestays: of(({ later, laterNext }) => ({
    filter: { stay: { checkIn: later, checkOut: laterNext } },
    sort: 'RECOMMENDED',
  })),
  SearchOrders: of(() => ({ first: 10 }), operator),
  SearchPayments: of(() => ({ first: 10 }), operator),
  SetNightPrices: of(
    (places) => ({
      input: { ...hostNights(places).input, price: { amount: 20_000, currency: 'CNY' } },
      ...nights(places),
    }),
    host,
  ),
  ShopWebhooks: of(() => ({ id: shop }), host),
  TellOrderAgain: of(({ paymentSn }) => ({ input: { paymentSn } }), operator),
};
