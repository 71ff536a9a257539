import { describe, expect, test } from '@jest/globals';
import { isSigned, signatureHeaders } from './sandbox-signature.ts';

const at = new Date('2026-12-01T12:00:00.000Z');
const body = Buffer.from('{"about":"payment"}');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);

describe('SANDBOX_SECRET can be changed while both sides run', () => {
  test.each([
    ['both have the old one', ['old'], ['old'], true],
    ['the sender knows the new one already', ['old', 'new'], ['old'], true],
    ['the sender signs with the new one', ['new', 'old'], ['old', 'new'], true],
    ['the sender has the old one still', ['old'], ['new', 'old'], true],
    ['the sender has one that is gone', ['old'], ['new'], false],
    ['the receiver has none', ['old'], [], false],
  ])('%s', (_, sender, receiver, believed) => {
    expect(isSigned(receiver, signatureHeaders(sender, body, at), body, at)).toBe(believed);
  });
});

test.each([
  ['another body', Buffer.from('{}'), at, false],
  ['five minutes later', body, later(300), true],
  ['longer ago', body, later(301), false],
  ['from further ahead', body, later(-301), false],
])('a signature is of one body and one time: %s', (_, received, now, believed) => {
  expect(isSigned(['one'], signatureHeaders(['one'], body, at), received, now)).toBe(believed);
});
