/** A number that is the same for the same text: FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Small numbers from one seed, one after the other. */
function numbersFrom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0xffffffff;
  };
}

const skies = [
  ['#f6c58f', '#f3e3c3'],
  ['#9cc7c9', '#eadfc8'],
  ['#e59a7d', '#f6dcb7'],
  ['#7fa3bd', '#e9d9c4'],
  ['#c9a7b8', '#f4dfca'],
  ['#35506e', '#d9a98a'],
] as const;
const lands = [
  ['#8fa58a', '#5f7f6b', '#3d5c50'],
  ['#a2907a', '#76685c', '#4d4743'],
  ['#7d9aa0', '#55767f', '#35535d'],
  ['#b08a6a', '#8a5f49', '#5d4036'],
] as const;

function hill(next: () => number, base: number, height: number): string {
  const points = Array.from({ length: 7 }, (_, index) => [
    index * 70 - 10,
    base - next() * height,
  ]) as [number, number][];
  const [first, ...rest] = points;
  let [x, y] = first ?? [0, base];
  // Beyond the picture the land goes on flat: a wide cover shows it.
  let path = `M-400 260 V${y} H${x}`;
  for (const [nextX, nextY] of rest) {
    path += ` C${x + 35} ${y} ${nextX - 35} ${nextY} ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
  }
  return `${path} H800 V260 Z`;
}

export type CoverProps = { seed: string; label?: string; wide?: boolean };

/**
 * A landscape with a house in it, drawn from a homestay's id: what is shown where there is no
 * picture. A wide one is more of the land on both sides, so that the house is never cut off.
 */
export function Cover({ seed, label, wide = false }: CoverProps) {
  const next = numbersFrom(hashOf(seed));
  const id = `sky-${hashOf(seed).toString(36)}`;
  const [top, bottom] = skies[Math.floor(next() * skies.length)] ?? skies[0];
  const [far, middle, near] = lands[Math.floor(next() * lands.length)] ?? lands[0];
  const sunX = 60 + next() * 280;
  const houseX = 90 + next() * 190;
  const front = 62 + next() * 30;
  const roof = next() > 0.5 ? '#7c3a2d' : '#3b3a40';
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: a title would be a tooltip; it has a label, or is decoration
    <svg
      class="cover"
      viewBox={wide ? '-100 40 600 195' : '0 0 400 250'}
      // What is cut off is sky: a house stands on its ground.
      preserveAspectRatio="xMidYMax slice"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color={top} />
          <stop offset="1" stop-color={bottom} />
        </linearGradient>
      </defs>
      <rect x="-400" width="1200" height="250" fill={`url(#${id})`} />
      <circle cx={sunX} cy={55 + next() * 40} r={18 + next() * 12} fill="#fff4dc" opacity="0.85" />
      <path d={hill(next, 150, 70)} fill={far} opacity="0.7" />
      <path d={hill(next, 178, 45)} fill={middle} />
      <g transform={`translate(${houseX} 142)`}>
        <path d={`M0 24 H${front} V64 H0 Z`} fill="#f7efe0" />
        <path d={`M-10 26 L${front / 2} -6 L${front + 10} 26 Z`} fill={roof} />
        <rect x={front / 2 - 7} y="40" width="14" height="24" rx="2" fill={roof} />
        <rect x="9" y="34" width="12" height="12" rx="1.5" fill="#f2b54f" />
        <rect x={front - 21} y="34" width="12" height="12" rx="1.5" fill="#f2b54f" />
      </g>
      <path d={hill(next, 208, 16)} fill={near} />
    </svg>
  );
}
