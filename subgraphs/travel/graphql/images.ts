import { drawingOf } from '../domain/drawing.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { Image } from '../domain/image.ts';

/** A homestay's pictures, its banner first; a drawing if it has none. */
export function imagesOf({ id, title, banner, images }: Homestay): Image[] {
  const given = [...(banner ? [{ url: banner, alt: title }] : []), ...images];
  if (given.length === 0) return [drawingOf(id, title)];
  return given.map((image) => ({ ...image, width: null, height: null }));
}
