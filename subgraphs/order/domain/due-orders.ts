import type { Order } from './order.ts';

/** An unpaid order that is to be closed, or that its deadline has closed. */
export type DueOrder = Pick<Order, 'sn' | 'closeAt' | 'homestayId' | 'checkIn' | 'checkOut'> & {
  /** The id of the request that placed it, if it is known. */
  placedBy: string | undefined;
};

/** Which unpaid orders to close, and the time of closing. */
export type DueOrders = {
  /**
   * `due`: their deadline has come by `until`, and no payment attempt keeps them open.
   * `unanswered`: their attempt was to be closed by `until`, and its provider has not answered
   * since.
   */
  kind: 'due' | 'unanswered';
  /** Not those whose deadline came before this. */
  from?: Date;
  until: Date;
  now: Date;
};
