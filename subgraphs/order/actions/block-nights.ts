import { isRefused } from '../../../runtime/refusal.ts';
import { nightsTaken, type Refusal, refuse } from '../domain/refusal.ts';
import { nightCount, nightsOf } from '../domain/stay.ts';
import { type OwnHomestayNeeds, ownHomestay } from './own-homestay.ts';

/** The nights of a homestay from `from` up to, but not including, `to`. */
export type NightRange = { homestayId: string; from: string; to: string };

export type BlockNightsNeeds = OwnHomestayNeeds & {
  /**
   * Blocks all of these nights or, if orders hold some of them, none. Returns those that orders
   * hold.
   */
  blockNights(homestayId: string, nights: readonly string[]): Promise<string[]>;
  openNights(homestayId: string, nights: readonly string[]): Promise<void>;
};

/** What a change of nights answers with: the homestay whose nights they are. */
export type NightsChanged = { id: string };

/** The most nights that one change may name. */
const maxNights = 366;

/**
 * Blocks nights of the host's own homestay: nobody can order them. Nights that are blocked already
 * stay so.
 */
export async function blockNights(
  needs: BlockNightsNeeds,
  hostId: string,
  range: NightRange,
): Promise<NightsChanged | Refusal> {
  const nights = await ownNights(needs, hostId, range);
  if (isRefused(nights)) return nights;
  const held = await needs.blockNights(range.homestayId, nights);
  if (held.length === 0) return { id: range.homestayId };
  return { ...nightsTaken(held, null), path: ['input', 'from'] };
}

/**
 * Opens blocked nights of the host's own homestay again. Nights that an order holds stay with it.
 */
export async function openNights(
  needs: BlockNightsNeeds,
  hostId: string,
  range: NightRange,
): Promise<NightsChanged | Refusal> {
  const nights = await ownNights(needs, hostId, range);
  if (isRefused(nights)) return nights;
  await needs.openNights(range.homestayId, nights);
  return { id: range.homestayId };
}

async function ownNights(
  needs: BlockNightsNeeds,
  hostId: string,
  { homestayId, from, to }: NightRange,
): Promise<string[] | Refusal> {
  const stay = { checkIn: from, checkOut: to };
  const count = nightCount(stay);
  if (count < 1 || count > maxNights) return refuse('NIGHTS_OUT_OF_RANGE');
  const homestay = await ownHomestay(needs, hostId, homestayId);
  return isRefused(homestay) ? homestay : nightsOf(stay);
}
