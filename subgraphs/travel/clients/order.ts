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

type OrderedStay = { homestayId: string; travellerId: string; used: boolean };

/** What we ask of the order service, which owns orders and their nights. */
export const orderClient = ({ ask }: ServiceClient) => ({
  /** Which of these homestays have a taken or blocked night in the stay. */
  async takenHomestays(ids: readonly string[], stay: Stay): Promise<ReadonlySet<string>> {
    type Answer = { takenHomestays: string[] };
    const { takenHomestays } = await ask<Answer>(operations.TakenHomestays, { ids, ...stay });
    return new Set(takenHomestays);
  },

  /** Whose an order's stay is and whether it was used; null if there is no such order. */
  async orderedStay(sn: string): Promise<OrderedStay | null> {
    type Answer = { orderedStay: OrderedStay | null };
    return (await ask<Answer>(operations.OrderedStay, { sn })).orderedStay;
  },
});
