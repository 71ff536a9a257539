import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { noLog, sampleNow } from '../../../testing/payment/samples.ts';
import { type SendEmailsNeeds, sendEmails } from './send-emails.ts';

const toOf = (id: string) => (id.startsWith('booked') ? 'HOST' : 'TRAVELLER');

/** Emails that are due, of which some cannot be sent. */
function outbox(ids: string[], unsendable: string[] = []) {
  const due = [...ids];
  const done = {
    taken: [] as unknown[],
    sent: [] as string[],
    addresses: [] as unknown[],
    marked: [] as string[],
  };
  const needs: SendEmailsNeeds = inNextTurn({
    now: async () => sampleNow,
    takeEmail: async (now, until) => {
      done.taken.push([now, until]);
      const id = due.shift();
      return id === undefined
        ? null
        : {
            id,
            to: toOf(id),
            travellerId: 'ana',
            orderSn: `order of ${id}`,
            subject: '',
            text: '',
          };
    },
    travellerEmail: async (sn) => (sn === 'order of paid:PMT1' ? 'ana@example.org' : null),
    hostEmail: async (sn) => (sn === 'order of booked:PMT1' ? 'mei@example.org' : null),
    sendEmail: async ({ id }, address) => {
      if (unsendable.includes(id)) throw new Error('the mail server is away');
      done.sent.push(id);
      done.addresses.push(address);
    },
    markEmailSent: async (id) => void done.marked.push(id),
    log: noLog,
  });
  return { needs, done, run: () => sendEmails(needs) };
}

test('every email that is due is sent and marked', async () => {
  const { done, run } = outbox(['paid:PMT1', 'refunded:RFD1']);
  expect(await run()).toBe(2);
  expect(done.sent).toEqual(['paid:PMT1', 'refunded:RFD1']);
  expect(done.marked).toEqual(done.sent);
  expect(done.addresses).toEqual(['ana@example.org', null]);
});

test('a host gets mail at the address they gave, and none if they gave none', async () => {
  const { done, run } = outbox(['booked:PMT1', 'booked:PMT2']);
  expect(await run()).toBe(1);
  expect(done.sent).toEqual(['booked:PMT1']);
  expect(done.addresses).toEqual(['mei@example.org']);
  expect(done.marked).toEqual(['booked:PMT1', 'booked:PMT2']);
});

test('an email is taken for a minute, so that nobody else sends it meanwhile', async () => {
  const { done, run } = outbox([]);
  expect(await run()).toBe(0);
  expect(done.taken).toEqual([[sampleNow, new Date('2026-12-01T12:01:00.000Z')]]);
});

test('an email that cannot be sent is not marked and holds up no other', async () => {
  const { done, run } = outbox(['a', 'b', 'c'], ['b']);
  expect(await run()).toBe(2);
  expect(done.marked).toEqual(['a', 'c']);
});

test('an email that cannot be marked does not count: it is sent again', async () => {
  const { needs } = outbox(['a']);
  const markEmailSent = () => Promise.reject(new Error('no database'));
  expect(await sendEmails({ ...needs, markEmailSent })).toBe(0);
});

test('a run sends at most 100 emails', async () => {
  const { done, run } = outbox(Array.from({ length: 150 }, (_, i) => `paid:PMT${i}`));
  expect(await run()).toBe(100);
  expect(done.taken).toHaveLength(100);
});
