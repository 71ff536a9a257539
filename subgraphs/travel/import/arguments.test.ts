import { expect, test } from '@jest/globals';
import { readArguments } from './arguments.ts';

test.each([
  ['no file', [], /^name one file to import, not 0/],
  ['two files', ['a.csv', 'b.csv'], /^name one file to import, not 2/],
  ['an unknown option', ['a.csv', '--curency', 'CNY'], /curency/],
  ['an unknown currency', ['a.csv', '--currency', 'yuan'], /^--currency yuan: there is no such/],
  [
    'an unknown time zone',
    ['a.csv', '--time-zone', 'China'],
    /^--time-zone China: there is no such/,
  ],
])('%s is refused, with the usage', (_, args, message) => {
  expect(() => readArguments(args, '/here')).toThrow(message);
  expect(() => readArguments(args, '/here')).toThrow(/Usage: npm run import/);
});

test('a file name is relative to the caller’s directory, and prices are in CNY by default', () => {
  expect(readArguments(['a.csv'], '/here')).toEqual({ file: '/here/a.csv', currency: 'CNY' });
  expect(
    readArguments(
      ['--currency', 'JPY', '--time-zone', 'Asia/Tokyo', '--city', 'Kyoto', '/a.csv'],
      '/here',
    ),
  ).toEqual({
    file: '/a.csv',
    currency: 'JPY',
    timeZone: 'Asia/Tokyo',
    city: 'Kyoto',
  });
  expect(readArguments(['--help'], '/here')).toBeNull();
});
