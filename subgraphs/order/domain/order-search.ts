import type { OrderState } from './state.ts';

/** Dates from one to another, both included. */
export type DateRange = { from: string; to: string };

/** Which orders are wanted. What is left out narrows nothing. */
export type OrderSearch = {
  sn?: string | null;
  travellerId?: string | null;
  hostId?: string | null;
  homestayId?: string | null;
  states?: readonly OrderState[] | null;
  /** Orders whose guests arrive, or leave, on these dates. */
  checkIn?: DateRange | null;
  checkOut?: DateRange | null;
};
