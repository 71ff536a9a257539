import { useState } from 'preact/hooks';
import { Cover } from './cover.tsx';

type PictureProps = { id: string; src?: string | null; alt?: string; wide?: boolean };

/**
 * A homestay's picture. One on another host is not asked for, and one that does not load gives way
 * to a drawn cover.
 */
export function Picture({ id, src, alt, wide }: PictureProps) {
  const [broken, setBroken] = useState(false);
  if (!src || broken || !isOurs(src)) return <Cover seed={id} label={alt} wide={wide} />;
  return (
    <img class="cover" src={src} alt={alt ?? ''} loading="lazy" onError={() => setBroken(true)} />
  );
}

const isOurs = (src: string): boolean =>
  src.startsWith('data:image/') || new URL(src, location.href).origin === location.origin;
