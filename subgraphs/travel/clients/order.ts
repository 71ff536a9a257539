import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { Stay } from '../domain/stay.ts';

/** What is asked, by name. The schema check holds every change of the order service against it. */
export const operations = {
  TakenHomestays: `query TakenHomestays($ids: [ID!]!, $checkIn: LocalDate!, $checkOut: LocalDate!) {
  takenHomestays(ids: $ids, checkIn: $checkIn, checkOut: $checkOut)
}`,
};

/** Asks the order service, which owns the nights, which of these homestays have a taken night in the stay. */
export const takenHomestays =
  (order: ServiceClient) =>
  async (ids: readonly string[], stay: Stay): Promise<ReadonlySet<string>> => {
    const { takenHomestays } = await order.ask<{ takenHomestays: string[] }>(
      operations.TakenHomestays,
      {
        ids,
        ...stay,
      },
    );
    return new Set(takenHomestays);
  };
