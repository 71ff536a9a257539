const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many characters a person sees; a family emoji is one. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
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
