import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { type Roster, roster } from './roster.ts';

const membersOf = (here: Roster<string>) => here.all().map(({ member }) => member);

test('a roster has those who came and have not left', () => {
  const here = roster<string>();
  const [first, , third] = ['first', 'second', 'third'].map((one) => here.add(one));
  here.remove(first as NonNullable<typeof first>);
  expect(membersOf(here).sort()).toEqual(['second', 'third']);
  here.remove(third as NonNullable<typeof third>);
  expect(membersOf(here)).toEqual(['second']);
  expect(here.size).toBe(1);
});

test('a place that is given back twice takes the place of nobody else', () => {
  const here = roster<string>();
  const first = here.add('first');
  here.remove(first);
  here.add('second');
  here.remove(first);
  expect(membersOf(here)).toEqual(['second']);
});

test('who leaves while all are looked at is looked at all the same, and nobody is left out', () => {
  const here = roster<string>();
  const places = ['first', 'second', 'third'].map((one) => here.add(one));
  const seen: string[] = [];
  for (const { member } of here.all()) {
    seen.push(member);
    for (const place of places) here.remove(place);
  }
  expect(seen).toEqual(['first', 'second', 'third']);
  expect(here.size).toBe(0);
});

test('those who came and left are not kept until the whole heap is looked through', () => {
  const here = roster<{ of: number; with: number[] }>();
  const come = (of: number) => here.add({ of, with: new Array(200).fill(of) });
  const places = Array.from({ length: 16 }, (_, of) => come(of));
  collectAll();
  const before = oldSpace();
  for (let count = 0; count < 200_000; count += 1) {
    const at = count % places.length;
    here.remove(places[at] as NonNullable<(typeof places)[number]>);
    places[at] = come(count);
  }
  expect(oldSpace() - before).toBeLessThan(2_000_000);
});

function collectAll(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

const oldSpace = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ??
  Number.NaN;
