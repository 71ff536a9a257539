import type { Booking } from '../../subgraphs/payment/domain/difference.ts';
import {
  newPayment,
  type OrderToPay,
  type Payment,
} from '../../subgraphs/payment/domain/payment.ts';
import type { Provider, Providers } from '../../subgraphs/payment/domain/provider.ts';
import { newRefund, type Refund } from '../../subgraphs/payment/domain/refund.ts';

export const sampleNow = new Date('2026-12-01T12:00:00.000Z');

/** An order of 100 yuan that waits to be paid. */
export const sampleOrderToPay = (given: Partial<OrderToPay> = {}): OrderToPay => ({
  sn: 'HSO1',
  travellerId: 'ana',
  hostId: 'hana',
  total: { amount: 10_000, currency: 'CNY' },
  closeAt: new Date('2026-12-01T12:20:00.000Z'),
  description: 'Lake house, 2026-12-10 to 2026-12-11',
  payable: true,
  overdue: false,
  ...given,
});

/** A payment of 100 yuan that waits. */
export const samplePayment = (given: Partial<Payment> = {}): Payment => ({
  ...newPayment(sampleOrderToPay(), { method: 'SANDBOX' }, 'PMT1', sampleNow),
  ...given,
});

/** A payment that the order accepted. */
export const samplePaid = (given: Partial<Payment> = {}): Payment =>
  samplePayment({ state: 'SUCCESS', paidAt: sampleNow, orderAnswer: 'ACCEPTED', ...given });

/** A refund of the whole payment that its traveller asked for. */
export const sampleRefund = (given: Partial<Refund> = {}): Refund => {
  const wanted = { payment: samplePaid(), amount: 10_000, reason: 'Plans have changed.' };
  return {
    ...newRefund({ ...wanted, cause: 'TRAVELLER', endsStay: true }, 'RFD1', sampleNow),
    ...given,
  };
};

/** A log that keeps nothing. */
export const noLog = { info() {}, warn() {}, error() {} } as never;

/** Providers of a system that has one: the sandbox, with the calls that a test gives it. */
export const sampleProviders = (given: Partial<Provider>): Providers => ({
  sandbox: {
    methods: ['SANDBOX'],
    limits: () => ({ smallest: 1, largest: 1_000_000, step: 1 }),
    ...given,
  } as Provider,
});

/** A booking that the payment PMT1 has paid. */
export const sampleBooking = (given: Partial<Booking> = {}): Booking => ({
  ...{ sn: 'HSO1', payable: false, usable: true, ended: false },
  ...{ paymentSn: 'PMT1', refundSn: null, since: sampleNow },
  ...{ shareOwed: null, missedDeadline: null, nightsHeld: 1, nightsDue: 1 },
  ...given,
});
