import { clientError } from '../../../runtime/errors.ts';
import { type ServiceClient, ServiceUnavailable } from '../../../runtime/service-client.ts';
import type { Stay } from '../domain/stay.ts';

const question = `query TakenHomestays($ids: [ID!]!, $checkIn: LocalDate!, $checkOut: LocalDate!) {
  takenHomestays(ids: $ids, checkIn: $checkIn, checkOut: $checkOut)
}`;

/** Asks the order service, which owns the nights, which of these homestays have a taken night in the stay. */
export const takenHomestays =
  (order: ServiceClient) =>
  async (ids: readonly string[], stay: Stay): Promise<ReadonlySet<string>> => {
    const { takenHomestays } = await order
      .ask<{ takenHomestays: string[] }>(question, { ids, ...stay })
      .catch((error) => {
        if (!(error instanceof ServiceUnavailable)) throw error;
        const refusal = clientError('SERVICE_UNAVAILABLE', 'Which homestays are free cannot be told at the moment.');
        throw Object.assign(refusal, { cause: error });
      });
    return new Set(takenHomestays);
  };
