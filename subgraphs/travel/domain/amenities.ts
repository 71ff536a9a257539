import { storedText } from './text-fault.ts';
import { foldText } from './words.ts';

export const maxAmenities = 50;
export const maxAmenitiesAsked = 10;

/** What an amenity is compared by. */
export const amenityKey = (amenity: string): string => foldText(storedText(amenity));

/** Amenities as they are stored: each once, as it was first written. */
export function storedAmenities(given: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const amenity of given.map(storedText))
    if (!first.has(amenityKey(amenity))) first.set(amenityKey(amenity), amenity);
  return [...first.values()];
}
