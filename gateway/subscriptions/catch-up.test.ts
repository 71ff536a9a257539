import { describe, expect, test } from '@jest/globals';
import { afterEnd, type EndedUpstream, noProgress } from './catch-up.ts';

const lost = { lost: 'the connection' };
const refused = { refused: ['no'] };
const isFinal = () => false;
const ended = (given: Partial<EndedUpstream>): EndedUpstream => ({
  how: lost,
  opened: true,
  resumable: true,
  lasted: false,
  brought: false,
  ...given,
});

describe('it opens again', () => {
  test.each<[string, Partial<EndedUpstream>]>([
    ['when the connection is lost and the subgraph tells what was missed', {}],
    ['when the subgraph did not have it yet', { opened: false, resumable: false }],
    ['when a subgraph that resumes refuses for now', { how: refused }],
    ['when it has another plan', { how: { replanned: true } }],
  ])('%s', (_when, given) => {
    expect(afterEnd(noProgress, ended(given), isFinal).step).toBe('reopen');
  });
});

describe('it ends', () => {
  test.each<[string, Partial<EndedUpstream>, string]>([
    ['when the subgraph completes it', { how: { completed: true } }, 'completed'],
    ['when the connection is lost, and events with it', { resumable: false }, 'events missed'],
    [
      'when its plan changes, and events come without positions',
      { how: { replanned: true }, resumable: false },
      'events missed',
    ],
    ['when an ordinary subgraph refuses', { how: refused, resumable: false }, 'refused'],
  ])('%s', (_when, given, because) => {
    expect(afterEnd(noProgress, ended(given), isFinal)).toMatchObject({ step: 'end', because });
  });

  test('when the refusal is final, with its errors', () => {
    const next = afterEnd(noProgress, ended({ how: refused }), () => true);
    expect(next).toEqual({ step: 'end', because: 'refused', errors: ['no'] });
  });

  test('when it never worked, after five tries', () => {
    const never = ended({ opened: false, resumable: false });
    let progress = noProgress;
    for (let tries = 1; tries <= 4; tries += 1) {
      const next = afterEnd(progress, never, isFinal);
      if (next.step !== 'reopen') throw new Error(`ended after ${tries}`);
      expect(next.progress.failures).toBe(tries);
      progress = next.progress;
    }
    const unavailable = { step: 'end', because: 'unavailable' };
    expect(afterEnd(progress, never, isFinal)).toEqual(unavailable);
  });
});

test.each<[string, Partial<EndedUpstream>]>([
  ['was open for a while', { lasted: true }],
  ['brought an event', { brought: true }],
])('one that %s never gives up', (_what, given) => {
  let progress = noProgress;
  for (let tries = 0; tries < 100; tries += 1) {
    const next = afterEnd(progress, ended(tries === 0 ? given : { opened: false }), isFinal);
    if (next.step !== 'reopen') throw new Error('ended');
    progress = next.progress;
  }
  expect(progress.failures).toBe(100);
});

test('failures count anew after it was open for a while', () => {
  const next = afterEnd({ failures: 7, proven: true }, ended({ lasted: true }), isFinal);
  expect(next).toEqual({ step: 'reopen', progress: { failures: 1, proven: true } });
});
