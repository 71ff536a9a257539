import {
  type Connection,
  type PageInput,
  pageSize,
  readTimeCursor,
  type TimeKey,
  timeConnection,
} from '../../../runtime/connection.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentSearch } from '../domain/payment-search.ts';

export type SearchPaymentsNeeds = {
  /** The newest first. */
  searchPayments(search: PaymentSearch, after: TimeKey | null, limit: number): Promise<Payment[]>;
};

/** A page of all payments, the newest first. */
export async function searchPayments(
  needs: SearchPaymentsNeeds,
  { filter, ...page }: PageInput & { filter?: PaymentSearch | null },
): Promise<Connection<Payment>> {
  const first = pageSize(page);
  const read = await needs.searchPayments(filter ?? {}, readTimeCursor(page), first + 1);
  return timeConnection(read, page);
}
