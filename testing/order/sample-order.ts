import { isRefused } from '../../runtime/refusal.ts';
import type { Homestay, Order, OrderInput } from '../../subgraphs/order/domain/order.ts';
import { placeOrder } from '../../subgraphs/order/domain/place-order.ts';

/** Noon in Shanghai on the day that samples are ordered. */
export const sampleNow = new Date('2026-12-01T04:00:00.000Z');

export const sampleLimits = {
  maxNights: 30,
  maxDaysAhead: 365,
  closeAfterMs: 20 * 60_000,
  refundPolicy: [{ daysBefore: 7, share: 100 }],
  maxUnpaid: 5,
  maxUnpaidAtHomestay: 3,
};

export const sampleHomestay = (given: Partial<Homestay> = {}): Homestay => ({
  id: 'lake-house',
  title: 'Lake house',
  subTitle: 'A quiet place by the water',
  banner: null,
  city: 'Hangzhou',
  timeZone: 'Asia/Shanghai',
  shopId: 'lake-shop',
  hostId: 'host-lake',
  price: { amount: 30_000, currency: 'CNY' },
  soldPerPerson: false,
  foodPrice: { amount: 5_000, currency: 'CNY' },
  capacity: 4,
  minimumNights: 1,
  maximumNights: null,
  nightPrices: {},
  onShelf: true,
  shopOpen: true,
  ...given,
});

export const sampleInput = (given: Partial<OrderInput> = {}): OrderInput => ({
  homestayId: 'lake-house',
  checkIn: '2026-12-10',
  checkOut: '2026-12-12',
  guests: 2,
  needFood: false,
  remark: '',
  idempotencyKey: crypto.randomUUID(),
  ...given,
});

let made = 0;

/** An order as placed, with whatever a test wants otherwise. Each has a number of its own. */
export function sampleOrder(given: Partial<Order> = {}): Order {
  made += 1;
  const order = placeOrder(sampleInput(given), {
    traveller: { userId: 'traveller-an' },
    homestay: sampleHomestay(),
    sn: `HSO20261201040000${String(made).padStart(8, '0')}`,
    ticketCode: 'T1CKETC0DE000000',
    now: sampleNow,
    limits: sampleLimits,
  });
  if (isRefused(order)) throw new Error(`a sample order was refused: ${order.message}`);
  return { ...order, ...given };
}
