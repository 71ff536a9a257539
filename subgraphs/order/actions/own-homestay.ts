import type { Homestay } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';

export type OwnHomestayNeeds = { homestay(id: string): Promise<Homestay | null> };

/** A host's own homestay. Those of others do not exist. */
export async function ownHomestay(
  needs: OwnHomestayNeeds,
  hostId: string,
  homestayId: string,
): Promise<Homestay | Refusal> {
  const homestay = await needs.homestay(homestayId);
  return homestay?.hostId === hostId ? homestay : refuse('HOMESTAY_UNKNOWN');
}
