import { expect, test } from '@jest/globals';
import { circles } from './circles.ts';

const chain = (...files: string[]) =>
  files.slice(1).map((to, i) => ({ from: files[i] as string, to }));

test('files that import each other are a circle, found once', () => {
  expect(circles(chain('a.ts', 'b.ts', 'a.ts'))).toEqual([['a.ts', 'b.ts']]);
});

test('a circle through other files is told whole', () => {
  expect(circles([...chain('main.ts', 'a.ts', 'b.ts', 'c.ts', 'a.ts')])).toEqual([
    ['a.ts', 'b.ts', 'c.ts'],
  ]);
});

test('a file that imports itself is a circle', () => {
  expect(circles(chain('a.ts', 'a.ts'))).toEqual([['a.ts']]);
});

test('two ways to one file are no circle', () => {
  expect(circles([...chain('a.ts', 'b.ts', 'd.ts'), ...chain('a.ts', 'c.ts', 'd.ts')])).toEqual([]);
});

test('each of several circles is found', () => {
  const two = [...chain('a.ts', 'b.ts', 'a.ts'), ...chain('b.ts', 'c.ts', 'd.ts', 'c.ts')];
  expect(circles(two)).toEqual([
    ['a.ts', 'b.ts'],
    ['c.ts', 'd.ts'],
  ]);
});
