import type { Order } from '../domain/order.ts';

export type TravellerEmailNeeds = { order(sn: string): Promise<Order | null> };

/** Where the traveller of an order gets mail; null if nobody has said. */
export const travellerEmail = async (
  needs: TravellerEmailNeeds,
  sn: string,
): Promise<string | null> => (await needs.order(sn))?.travellerEmail ?? null;
