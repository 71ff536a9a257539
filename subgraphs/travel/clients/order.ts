import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { Stay } from '../domain/stay.ts';

/** What is asked, by name. The schema check holds every change of the order service against it. */
export const operations = {
  TakenHomestays: `query TakenHomestays($ids: [ID!]!, $checkIn: LocalDate!, $checkOut: LocalDate!) {
  takenHomestays(ids: $ids, checkIn: $checkIn, checkOut: $checkOut)
}`,
  OrderedStay: `query OrderedStay($sn: ID!) {
  orderedStay(sn: $sn) { homestayId travellerId used }
}`,
};

/**
 * Asks the order service, which owns the nights, which of these homestays have a taken or blocked
 * night in the stay.
 */
export const takenHomestays =
  (order: ServiceClient) =>
  async (ids: readonly string[], stay: Stay): Promise<ReadonlySet<string>> => {
    const variables = { ids, ...stay };
    const answer = await order.ask<{ takenHomestays: string[] }>(
      operations.TakenHomestays,
      variables,
    );
    return new Set(answer.takenHomestays);
  };

type OrderedStay = { homestayId: string; travellerId: string; used: boolean };

/** Whose an order's stay is and whether it was used; null if there is no such order. */
export const orderedStay =
  (order: ServiceClient) =>
  async (sn: string): Promise<OrderedStay | null> => {
    const answer = await order.ask<{ orderedStay: OrderedStay | null }>(operations.OrderedStay, {
      sn,
    });
    return answer.orderedStay;
  };
