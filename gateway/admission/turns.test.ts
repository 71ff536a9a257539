import { expect, test } from '@jest/globals';
import { clientGone } from '../../runtime/gone.ts';
import { turns } from './turns.ts';

/** After a piece the loop goes round once before the next one begins. */
async function loopsRound() {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

test('only so much runs at once, each client in turn, and a failure makes room too', async () => {
  const inTurn = turns({ atOnce: 2 });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (client: string, name: string) =>
    inTurn(client, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 'a1') throw new Error('failed');
    });
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1'].map((name) => run(name.charAt(0), name));
  const failed = expect(all[0]).rejects.toThrow('failed');
  for (let n = 0; n < 6; n += 1) {
    await loopsRound();
    expect(begun.length).toBe(Math.min(6, n + 2));
    ends[n]?.();
  }
  await failed;
  await Promise.all(all.slice(1));
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4']);
});

test('who comes seldom waits for one piece of those who come always', async () => {
  const inTurn = turns({ atOnce: 1 });
  const busy = (ms: number) => {
    for (const until = performance.now() + ms; performance.now() < until; );
  };
  const often = ['a', 'b', 'c', 'd', 'e'];
  for (const client of often) await inTurn(client, () => busy(1));
  const done: string[] = [];
  const clients = [...often, ...often, 'seldom'];
  await Promise.all(clients.map((client) => inTurn(client, () => void done.push(client))));
  expect(done.indexOf('seldom')).toBeLessThan(3);
});

test('where two end at once, two begin', async () => {
  const inTurn = turns({ atOnce: 2 });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const all = ['a', 'b', 'c', 'd'].map((name) =>
    inTurn(name, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  await loopsRound();
  expect(begun).toEqual(['a', 'b']);
  for (const end of ends.splice(0)) end();
  await loopsRound();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const end of ends) end();
  await Promise.all(all);
});

test('what others have to do is done between pieces, however fast they may follow', async () => {
  const inTurn = turns({ atOnce: 1 });
  const done: string[] = [];
  const pieces = ['a', 'b', 'c'].map((name) => inTurn(name, () => void done.push(name)));
  await pieces[0];
  done.push('other');
  await pieces[1];
  const late = inTurn('d', () => void done.push('d'));
  expect(done).toEqual(['a', 'other', 'b']);
  await Promise.all([...pieces, late]);
  expect(done).toEqual(['a', 'other', 'b', 'c', 'd']);
});

test('what others have to do is done between pieces that are paced', async () => {
  let hasEnded = false;
  let isBusy = true;
  const pace = {
    left: () => (hasEnded && isBusy ? 1 : 0),
    ended: () => {
      hasEnded = true;
    },
  };
  const inTurn = turns({ atOnce: 1, pace });
  const done: string[] = [];
  const pieces = ['a', 'b', 'c'].map((name) => inTurn(name, () => void done.push(name)));
  await pieces[0];
  // The loop goes round while the next piece waits.
  await new Promise(setImmediate);
  done.push('other');
  isBusy = false;
  await Promise.all(pieces);
  expect(done).toEqual(['a', 'other', 'b', 'c']);
});

test('whose client has gone is not begun, and nobody waits for it', async () => {
  const counts: number[] = [];
  const inTurn = turns({ atOnce: 1, onWaiting: (count) => counts.push(count) });
  let end = () => {};
  const first = inTurn('a', () => new Promise<void>((resolve) => (end = resolve)));
  const gone = clientGone();
  const done: string[] = [];
  const left = inTurn('b', () => void done.push('left'), gone);
  const last = inTurn('b', () => void done.push('last'));
  gone.leave();
  await expect(left).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } });
  end();
  await Promise.all([first, last]);
  expect(done).toEqual(['last']);
  expect(counts).toEqual([1, 0, 1, 2, 1, 0]);
  await expect(inTurn('b', () => {}, gone)).rejects.toThrow('Nobody waits');
});

test('work that waits for others gives its place to the next after a while', async () => {
  const inTurn = turns({ atOnce: 1, passOnAfterMs: 20 });
  let end = () => {};
  const first = inTurn('a', () => new Promise<void>((resolve) => (end = resolve)));
  // Each ends only because the first does not hold them.
  await inTurn('b', () => {});
  await inTurn('b', () => {});
  end();
  await first;
  // It has given its place already: one runs at a time as before.
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const hold = (name: string) =>
    inTurn('c', () => {
      done.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const both = [hold('c1'), hold('c2')];
  await new Promise(setImmediate);
  expect(done).toEqual(['c1']);
  ends[0]?.();
  await both[0];
  await loopsRound();
  ends[1]?.();
  await both[1];
});

test.each([
  ['its own', true],
  ['not its own', false],
])('what a piece waits for is %s time, as told', async (_what, waitingCounts) => {
  const waitMs = 300;
  const took: number[] = [];
  const pace = { left: () => 0, ended: (ms: number) => void took.push(ms) };
  const inTurn = turns({ atOnce: 1, pace, waitingCounts });
  await inTurn('a', () => new Promise<void>((go) => setTimeout(go, waitMs)));
  const [ms = Number.NaN] = took;
  // By the clock of the event loop, which may be some milliseconds ahead of a timer's.
  expect(ms > waitMs - 20).toBe(waitingCounts);
});
