import type { Image } from './image.ts';

const width = 640;
const height = 400;

/** Sky, sun, far hills, near hills, walls, roof: one row is one time of day. */
const palettes = [
  ['#bfe3ef', '#fff3c4', '#8fb8a8', '#5f8f79', '#fdf6e8', '#b4543a'],
  ['#f7cfa5', '#ffe9b8', '#b58b94', '#7d5f7c', '#fbeedd', '#6d3b47'],
  ['#c9d8f0', '#ffffff', '#9fb0cc', '#6d82a8', '#f5f1ea', '#3f5573'],
  ['#dcebc9', '#fff7d1', '#a3bf86', '#6d9160', '#fffaf0', '#8a5a3b'],
  ['#2f3e5c', '#f4e7c3', '#40557a', '#263552', '#e9dcc3', '#8c4a3a'],
] as const;

/** FNV-1a: the same seed gives the same drawing on every machine. */
function hashOf(seed: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(seed))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Numbers from 0 up to, but not including, a bound, one after the other from one seed. */
function numbersOf(seed: string): (bound: number) => number {
  let state = hashOf(seed) || 1;
  const numbers = (bound: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
  // The first numbers of seeds that differ little differ little too.
  for (let n = 0; n < 4; n += 1) numbers(1);
  return numbers;
}

/**
 * A drawing of our own for what has no photograph: a house, hills and a sun, as SVG of less than a
 * kilobyte. It is a data URI, so that a page shows it without a file, a host or a request.
 */
export function drawingOf(seed: string, alt: string): Image {
  const next = numbersOf(seed);
  const [sky, sun, far, near, wall, roof] = palettes[next(palettes.length)] as (typeof palettes)[0];
  const horizon = 200 + next(60);
  const [x, w, h] = [120 + next(260), 110 + next(70), 70 + next(50)];
  const top = 330 - h;
  const windows = Array.from({ length: 2 + next(2) }, (_, n) => {
    const at = x + 16 + n * 36;
    return `<path fill='${far}' d='M${at} ${top + 20}h18v26h-18z'/>`;
  });
  const svg = [
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} ${height}'>`,
    `<path fill='${sky}' d='M0 0h${width}v${height}H0z'/>`,
    `<circle fill='${sun}' cx='${60 + next(520)}' cy='${60 + next(70)}' r='${26 + next(16)}'/>`,
    `<path fill='${far}' d='M0 ${horizon}Q${80 + next(120)} ${horizon - 110} 320 ${horizon}T640 ${horizon - 20}V400H0z'/>`,
    `<path fill='${near}' d='M0 300Q160 ${250 + next(40)} 340 300T640 290V400H0z'/>`,
    `<path fill='${wall}' d='M${x} ${top}h${w}v${h}h-${w}z'/>`,
    `<path fill='${roof}' d='M${x - 18} ${top}L${x + w / 2} ${top - 50 - next(30)}L${x + w + 18} ${top}z'/>`,
    ...windows,
    '</svg>',
  ].join('');
  const escaped = svg.replace(/[#<>]/g, (sign) => encodeURIComponent(sign));
  return { url: `data:image/svg+xml,${escaped}`, alt, width, height };
}
