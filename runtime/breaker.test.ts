import { expect, test } from '@jest/globals';
import { breaker } from './breaker.ts';

const options = { failures: 3, pauseMs: 1_000 };
const failing = (times: number, at = 0) => {
  const circuit = breaker(options);
  for (let time = 0; time < times; time += 1) circuit.failed(at);
  return circuit;
};

test('it opens after so many failures in a row', () => {
  expect(failing(2).allows(0)).toBe(true);
  expect(failing(3).allows(0)).toBe(false);
});

test('a success in between begins the count anew', () => {
  const circuit = failing(2);
  circuit.succeeded();
  circuit.failed(0);
  circuit.failed(0);
  expect(circuit.allows(0)).toBe(true);
});

test('after the pause one request tries, and its answer closes it', () => {
  const circuit = failing(3);
  expect([circuit.allows(999), circuit.allows(1_000), circuit.allows(1_001)]).toEqual([
    false,
    true,
    false,
  ]);
  expect(circuit.succeeded()).toBe(true);
  expect(circuit.allows(1_002)).toBe(true);
});

test('a try that is given up before it tells anything leaves the next one to try at once', () => {
  const circuit = failing(3);
  expect(circuit.allows(1_000)).toBe(true);
  circuit.untried(1_001);
  expect([circuit.allows(1_001), circuit.allows(1_002), circuit.open]).toEqual([true, false, true]);
});

test('a try that fails opens it for another pause', () => {
  const circuit = failing(3);
  expect(circuit.allows(1_000)).toBe(true);
  circuit.failed(1_500);
  expect([circuit.allows(2_400), circuit.allows(2_500)]).toEqual([false, true]);
});
