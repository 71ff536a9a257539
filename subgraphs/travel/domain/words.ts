/** Text as it is compared: letters of one case and one width, whatever keyboard wrote them. */
export const foldText = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Splits text into folded words: what lies between spaces and punctuation. */
export const wordsOf = (text: string): string[] =>
  foldText(text)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);

const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Words are indexed up to this length, so that the index stays small. */
export const maxWordLength = 24;

/**
 * What an index holds of a text. A search looks for words that begin with what a user types, which
 * an index answers; a search for any part of a word would read every homestay. Scripts that write
 * no spaces are found by any part all the same, because each of their words is stored from every
 * character on.
 */
export function searchWords(texts: readonly (string | null)[]): string[] {
  const words = texts.flatMap((text) => wordsOf(text ?? ''));
  const parts = words.flatMap((word) => {
    if (!withoutSpaces.test(word)) return [word];
    const characters = [...word];
    return characters.map((_, from) => characters.slice(from).join(''));
  });
  return [...new Set(parts.map((word) => word.slice(0, maxWordLength)))].sort();
}
