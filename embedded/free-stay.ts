import type { Ask } from './ask.ts';

export type Night = { night: string; free: boolean };
export type OfferedHomestay = {
  id: string;
  title: string;
  city: string;
  minimumNights: number;
  capacity: number;
  price: { amount: number; currency: string };
  shop: { hostId: string };
  availability: Night[];
};
export type Stay = { checkIn: string; checkOut: string };

const browse = `query Browse($from: LocalDate!, $to: LocalDate!) {
  homestays(first: 20) {
    nodes {
      id title city minimumNights capacity price { amount currency } shop { hostId }
      availability(from: $from, to: $to) { night free }
    }
  }
}`;

const dayMs = 86_400_000;

/** The calendar date this many days after an instant. */
export const dateAfter = (instant: Date, days: number): string =>
  new Date(instant.getTime() + days * dayMs).toISOString().slice(0, 10);

/** Bookable homestays, with their nights from so many days ahead to nine weeks. */
export async function browseHomestays(
  ask: Ask,
  now: Date,
  daysAhead = 14,
): Promise<OfferedHomestay[]> {
  const span = { from: dateAfter(now, daysAhead), to: dateAfter(now, 63) };
  return (await ask<{ homestays: { nodes: OfferedHomestay[] } }>(browse, span)).homestays.nodes;
}

/** The earliest free stays of `length` nights that do not overlap, at most `count`. */
export function freeStays(nights: readonly Night[], length: number, count: number): Stay[] {
  const stays: Stay[] = [];
  for (let first = 0; first + length < nights.length && stays.length < count; ) {
    const taken = nights.slice(first, first + length).findLastIndex(({ free }) => !free);
    if (taken >= 0) first += taken + 1;
    else {
      const [from, to] = [nights[first], nights[first + length]] as [Night, Night];
      stays.push({ checkIn: from.night, checkOut: to.night });
      first += length;
    }
  }
  return stays;
}

/** A homestay with this many free stays of at least two nights; undefined if there is none. */
export function findStays(homestays: readonly OfferedHomestay[], count: number) {
  for (const homestay of homestays) {
    const stays = freeStays(homestay.availability, Math.max(2, homestay.minimumNights), count);
    if (stays.length === count) return { homestay, stays };
  }
  return undefined;
}
