const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest emoji have about 14 UTF-16 code units, letters with their accents fewer. */
const unitsOfCharacter = 20;

/**
 * Whether a text has more characters than that, as a person counts them: a family emoji is one. One
 * character can be made of any number of accents, so the code units are bounded too.
 */
export function isLongerThan(text: string, characters: number): boolean {
  if (text.length > characters * unitsOfCharacter) return true;
  let count = 0;
  for (const _ of segmenter.segment(text)) {
    count += 1;
    if (count > characters) return true;
  }
  return false;
}

/**
 * Cuts text between the characters that a person sees, never within one, and replaces lone
 * surrogates, which no encoding can carry.
 * @param max how many UTF-16 code units the result may have, the unit in which databases and
 *   partners count
 */
export function cutText(text: string, max: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= max) return whole;
  let end = 0;
  for (const { index, segment } of segmenter.segment(whole)) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return whole.slice(0, end);
}
