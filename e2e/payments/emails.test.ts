import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana } from '../../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
let refuse = false;
const mails: { to: string[]; text: string }[] = [];

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      if (refuse) return done(new Error('not now'));
      const to = session.envelope.rcptTo.map(({ address }) => address);
      mails.push({ to, text: Buffer.concat(chunks).toString() });
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  system = await startTestSystem({
    parts: withoutScheduler,
    env: { NOTIFIER: 'smtp', SMTP_URL: `smtp://127.0.0.1:${port}` },
  });
  story = storyOf(system);
});
afterAll(async () => {
  await system?.stop();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const sendEmails = () => system.job('payment', 'sendEmails');
const about = (sn: string) => mails.filter(({ text }) => text.includes(sn));
const written = (id: string) =>
  eventually(() =>
    system.databases.payment.collection<{ _id: string }>('emails').findOne({ _id: id }),
  );

test('a traveller who has paid gets one email, however many processes send it', async () => {
  const { sn, paymentSn } = await story.booked();
  await written(`paid:${paymentSn}`);
  await Promise.all([sendEmails(), sendEmails(), sendEmails()]);
  await sendEmails();
  expect(about(sn)).toHaveLength(1);
  expect(about(sn)[0]).toMatchObject({
    to: ['ana@travellers.localhost'],
    text: expect.stringContaining('CN=C2=A5100'),
  });
});

test('a mail that the server refuses is sent later', async () => {
  const { sn, paymentSn } = await story.booked();
  await written(`paid:${paymentSn}`);
  refuse = true;
  expect(await sendEmails()).toEqual({ sendEmails: 0 });
  refuse = false;
  const emails = system.databases.payment.collection<{ _id: string }>('emails');
  await emails.updateOne({ _id: `paid:${paymentSn}` }, { $set: { nextTryAt: new Date(0) } });
  expect(await sendEmails()).toEqual({ sendEmails: 1 });
  expect(about(sn)).toHaveLength(1);
});

test('a traveller whose money went back gets an email', async () => {
  const { sn } = await story.booked();
  const refund = await story.leave(sn);
  await written(`refunded:${refund.sn}`);
  await sendEmails();
  expect(about(sn)).toHaveLength(2);
});

test('mail goes to the address that the traveller had when they placed the order', async () => {
  const sn = await story.order({ ...ana, email: 'ana@example.org' });
  const payment = await story.pay(sn);
  await story.settle(payment.sn);
  await written(`paid:${payment.sn}`);
  // The order service is away when the email is due: it is sent later.
  await system.order.stop();
  expect(await sendEmails()).toEqual({ sendEmails: 0 });
  await system.order.start();
  const emails = system.databases.payment.collection<{ _id: string }>('emails');
  await emails.updateOne({ _id: `paid:${payment.sn}` }, { $set: { nextTryAt: new Date(0) } });
  expect(await sendEmails()).toEqual({ sendEmails: 1 });
  expect(about(sn)).toMatchObject([{ to: ['ana@example.org'] }]);
});
