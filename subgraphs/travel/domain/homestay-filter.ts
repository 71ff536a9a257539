import { nightsOf, type Stay } from './stay.ts';

/** What homestays must satisfy; what is left out, or null, is not checked. */
export type HomestayFilter = {
  guests?: number | null;
  /** Minor units. */
  minPrice?: number | null;
  /** Minor units. */
  maxPrice?: number | null;
  food?: boolean | null;
  text?: string | null;
  free?: Stay | null;
};

const maxTextLength = 200;
const maxWords = 10;

/** Text as it is compared: letters of one case and one width, whatever keyboard wrote them. */
export const foldText = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The words that must all appear, folded. */
export const wordsOf = (text: string): string[] => foldText(text).split(/\s+/u).filter(Boolean);

/**
 * Says what is wrong with a filter, in a sentence for its author; null where nothing is.
 * @param maxNights the longest stay that can be ordered
 */
export function filterFault(filter: HomestayFilter, maxNights: number): string | null {
  const { guests, minPrice, maxPrice, text, free } = filter;
  if (guests != null && guests < 1) return '`guests` must be at least 1.';
  if (minPrice != null && minPrice < 0) return '`minPrice` must not be negative.';
  if (maxPrice != null && maxPrice < 0) return '`maxPrice` must not be negative.';
  if (minPrice != null && maxPrice != null && minPrice > maxPrice)
    return '`minPrice` must not exceed `maxPrice`.';
  if (text != null && text.length > maxTextLength)
    return `\`text\` must have at most ${maxTextLength} characters.`;
  if (text != null && wordsOf(text).length > maxWords)
    return `\`text\` must have at most ${maxWords} words.`;
  if (free && !(nightsOf(free) > 0)) return '`free.checkOut` must be after `free.checkIn`.';
  if (free && nightsOf(free) > maxNights) return `\`free\` must have at most ${maxNights} nights.`;
  return null;
}
