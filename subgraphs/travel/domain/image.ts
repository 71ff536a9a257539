/** A picture. Its size is in pixels, null if unknown. */
export type Image = { url: string; alt: string; width: number | null; height: number | null };

/** A picture as a host or a catalogue gives it. */
export type GivenImage = { url: string; alt: string };

export const maxImages = 20;

/**
 * Whether a picture can be shown on a page that was served safely, and no script can hide in its
 * address.
 */
export function isImageUrl(url: string): boolean {
  return url.length <= 2_000 && URL.canParse(url) && new URL(url).protocol === 'https:';
}
