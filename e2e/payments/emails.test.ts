import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { openCatalogueWriter } from '../../subgraphs/travel/store/catalogue-writer.ts';
import { aShop } from '../../testing/catalogue.ts';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana, host, type User } from '../../testing/tokens.ts';

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

const wantNotices = async (notices: boolean, user: User) => {
  const query = `mutation ($notices: Boolean!) {
    editHomestayShop(input: { shopId: "shop", notices: $notices }) {
      ... on HomestayShop { noticesTo } ... on HostRefused { reason } } }`;
  type Data = { editHomestayShop: { noticesTo?: string | null; reason?: string } };
  return (await system.ask<Data>(user, query, { notices })).editHomestayShop;
};
const noticesSeenBy = async (user: User | null) => {
  const query = '{ homestayShop(id: "shop") { noticesTo } }';
  type Data = { homestayShop: { noticesTo: string | null } };
  return (await system.ask<Data>(user, query)).homestayShop.noticesTo;
};

test('a host who asks for it gets mail of each new booking of their shop, and nobody else does', async () => {
  const mei = { ...host, email: 'mei@example.org' };
  expect(await wantNotices(true, host)).toEqual({ reason: 'EMAIL_UNKNOWN' });
  expect(await wantNotices(true, { ...ana, email: 'ana@example.org' })).toEqual({
    reason: 'SHOP_UNKNOWN',
  });
  expect(await wantNotices(true, mei)).toEqual({ noticesTo: mei.email });
  expect([await noticesSeenBy(mei), await noticesSeenBy(ana), await noticesSeenBy(null)]).toEqual([
    mei.email,
    null,
    null,
  ]);
  // An import of the catalogue takes nothing of a host's away.
  await openCatalogueWriter(system.travelDatabase).write({ shop: [aShop({ name: 'Renamed' })] });
  const { sn, paymentSn } = await story.booked();
  await written(`booked:${paymentSn}`);
  await sendEmails();
  expect(about(sn).map(({ to }) => to)).toEqual(
    expect.arrayContaining([['ana@travellers.localhost'], [mei.email]]),
  );
  expect(about(sn)).toHaveLength(2);

  expect(await wantNotices(false, mei)).toEqual({ noticesTo: null });
  const later = await story.booked();
  await written(`booked:${later.paymentSn}`);
  await sendEmails();
  expect(about(later.sn)).toHaveLength(1);
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
