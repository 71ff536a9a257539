import { isLongerThan } from '../../../runtime/text.ts';

/** The bounds of a text, in characters as a person counts them. */
export type TextBounds = { max: number; mayBeEmpty?: boolean };

/** The texts of the catalogue, whoever writes them: a host, a guest or an import. */
export const textBounds = {
  title: { max: 200 },
  subTitle: { max: 200, mayBeEmpty: true },
  info: { max: 10_000, mayBeEmpty: true },
  name: { max: 200 },
  neighbourhood: { max: 200 },
  author: { max: 60 },
  amenity: { max: 60 },
  alt: { max: 200, mayBeEmpty: true },
  content: { max: 10_000 },
} as const satisfies Record<string, TextBounds>;

/** What is wrong with a text; null if nothing is. */
export function textFault(
  text: string,
  { max, mayBeEmpty = false }: TextBounds,
): 'TEXT_EMPTY' | 'TEXT_TOO_LONG' | null {
  if (!mayBeEmpty && text === '') return 'TEXT_EMPTY';
  return isLongerThan(text, max) ? 'TEXT_TOO_LONG' : null;
}

/** Text as it is stored: without spaces around it and without what no encoding can carry. */
export const storedText = (text: string): string => text.trim().toWellFormed();
