import { expect, test } from '@jest/globals';
import { openSetAside } from './set-aside.ts';

const at = (ms: number) => new Date(ms);

test('what is set aside is reported, left out, and tried again after some time', () => {
  const reported: string[] = [];
  const aside = openSetAside(100, (key, { message }) => reported.push(`${key}: ${message}`));
  expect(aside.list(at(0))).toEqual([]);
  aside.add('a', at(0), new Error('no list'));
  aside.add('b', at(50), new Error('no number'));
  expect(reported).toEqual(['a: no list', 'b: no number']);
  expect(aside.list(at(99))).toEqual(['a', 'b']);
  expect(aside.list(at(100))).toEqual(['b']);
  expect(aside.list(at(150))).toEqual([]);
});
