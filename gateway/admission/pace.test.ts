import { expect, test } from '@jest/globals';
import { pace } from './pace.ts';

const at = { now: 1_000 };
const paceOf = (percent: number, burstMs = 0) => pace({ percent, burstMs }, () => at.now);

test('costly work takes its share of the time and no more', () => {
  const { left, ended } = paceOf(10);
  expect(left()).toBe(0);
  at.now += 20;
  ended(20);
  expect(left()).toBe(200);
  at.now += 100;
  expect(left()).toBe(100);
  at.now += 1_000;
  expect(left()).toBe(0);
});

test('pieces that end together wait for each other', () => {
  const { left, ended } = paceOf(50);
  ended(30);
  ended(10);
  expect(left()).toBe(80);
});

test('what was not used is saved up to a bound, and taken without a pause', () => {
  const { left, ended } = paceOf(10, 100);
  ended(60);
  ended(40);
  expect(left()).toBe(0);
  ended(10);
  expect(left()).toBe(100);
  at.now += 600;
  ended(50);
  expect(left()).toBe(0);
  at.now += 3_600_000;
  ended(110);
  expect(left()).toBe(100);
});

test('one piece makes nothing wait for more than two seconds', () => {
  const { left, ended } = paceOf(1);
  ended(10_000);
  expect(left()).toBe(2_000);
});

test('with all of the time nothing waits', () => {
  const { left, ended } = paceOf(100);
  ended(50);
  expect(left()).toBe(0);
});
