import { expect, test } from '@jest/globals';
import { drawingOf } from './drawing.ts';

const seeds = Array.from({ length: 200 }, (_, n) => `homestay-${n}`);

test('a drawing is always the same, and rarely another’s', () => {
  expect(drawingOf('attic', 'Attic')).toEqual(drawingOf('attic', 'Attic'));
  expect(new Set(seeds.map((seed) => drawingOf(seed, '').url)).size).toBe(seeds.length);
});

test('every drawing is a small image that a page can show as it is', () => {
  for (const seed of [...seeds, '', '西湖小院', "it's <b>"]) {
    const { url, width, height } = drawingOf(seed, '');
    expect(url).toMatch(/^data:image\/svg\+xml,%3Csvg [^#<>"]*%3C\/svg%3E$/);
    expect(url).not.toMatch(/NaN|undefined/);
    expect(url.length).toBeLessThan(1_500);
    expect([width, height]).toEqual([640, 400]);
  }
});
