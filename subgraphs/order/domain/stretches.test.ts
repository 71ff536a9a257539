import { expect, test } from '@jest/globals';
import { nightsWithin, stretchesOf } from './stretches.ts';

test('nights in a row make one stretch, over the ends of months too', () => {
  const nights = ['2027-02-28', '2027-03-01', '2027-03-03', '2027-03-01'];
  expect(stretchesOf(nights)).toEqual([
    { from: '2027-02-28', to: '2027-03-02' },
    { from: '2027-03-03', to: '2027-03-04' },
  ]);
  expect(stretchesOf([])).toEqual([]);
});

test('only the nights of the window count, each once', () => {
  const stretches = [
    { from: '2000-01-01', to: '2027-03-02' },
    { from: '2027-03-01', to: '2027-03-03' },
    { from: '2027-03-08', to: '9999-12-31' },
  ];
  const window = { from: '2027-03-01', to: '2027-03-09' };
  expect(nightsWithin(stretches, window)).toEqual(['2027-03-01', '2027-03-02', '2027-03-08']);
});
