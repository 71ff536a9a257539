import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { dateIn } from '../../testing/story.ts';
import { ana, ben, host as hana } from '../../testing/tokens.ts';
import type { Web } from './pages.ts';
import { homestayId, placeWith, stateIs } from './places.ts';

/** Presses the first night and the day after the last one, whatever month they are in. */
async function chooseNights(page: Page, from: number, to: number): Promise<void> {
  await page.locator('.calendar').waitFor();
  for (const days of [from, to]) {
    const night = page.locator(`[data-date="${dateIn(days)}"]`);
    if (!(await night.isVisible())) await page.getByRole('button', { name: 'Next month' }).click();
    await night.click();
  }
}

/** What a host does. */
export function host(web: Web): void {
  test('checks a guest in with what the ticket’s code holds; the guest comments', async () => {
    const story = storyOf(web.system);
    const { sn } = await story.booked({ inDays: 0, homestayId: 'home-9' });
    const ticketCode = (await story.see(sn))?.ticketCode;
    const { page } = await web.visit(hana, '#/hosting');
    const arrival = page.getByRole('region', { name: 'Today' }).getByRole('link');
    await arrival.first().waitFor();
    const form = page.getByRole('form', { name: 'Check a guest in' });
    await form.getByLabel('Order number').fill(`${sn} ${ticketCode}`);
    await form.getByRole('button', { name: 'Check in' }).click();
    await form.getByText('Checked in:').waitFor();
    expect((await story.see(sn))?.state).toBe('USED');
    await page.getByText('Nobody arrives today.').waitFor();

    const guest = await web.visit(ana, `#/order/${sn}`);
    await guest.page.getByLabel('What should others know?').fill('A boat lies at the door.');
    await guest.page.getByRole('button', { name: 'Publish' }).click();
    await guest.page.getByText('Thank you.').waitFor();
    await guest.page.getByRole('link', { name: 'Lake house home-9' }).click();
    await guest.page.getByText('A boat lies at the door.').waitFor();
  });

  test('blocks nights, and nobody can choose them any more', async () => {
    const { page } = await web.visit(hana, '#/hosting');
    await page.getByRole('link', { name: 'Lake house home-6', exact: true }).first().click();
    await chooseNights(page, 2, 4);
    await page.getByRole('button', { name: 'Block these nights' }).click();
    await page.getByText(/^2 nights from .* on are blocked\.$/).waitFor();
    const free = await storyOf(web.system).freeNights('home-6', dateIn(1), dateIn(5));
    expect(free).toEqual([dateIn(1), dateIn(4)]);
  });

  test('has a system of his own told of a shop’s orders, and sees its secret once', async () => {
    const { page } = await web.visit(hana, '#/hosting');
    await page.getByText('Tell a system of changes at').first().click();
    await page.getByLabel('Address (https)').first().fill('https://pms.example/orders');
    await page.getByRole('button', { name: 'Tell it', exact: true }).first().click();
    await page.getByText(/whsec_/).waitFor();
    await page.getByRole('button', { name: 'Tell it no more' }).click();
    await page.getByText('https://pms.example/orders').waitFor({ state: 'detached' });
  });

  test('scans a code with the camera where the browser reads codes', async () => {
    const story = storyOf(web.system);
    const { sn } = await story.booked({ inDays: 0, homestayId: 'home-10' });
    const text = `${sn} ${(await story.see(sn))?.ticketCode}`;
    // Chromium on Linux reads no codes: the page gets a reader; camera and video are the browser's.
    const before = `globalThis.BarcodeDetector = class {
    detect = async ({ videoWidth }) => (videoWidth > 0 ? [{ rawValue: ${JSON.stringify(text)} }] : []);
  };`;
    const { page, context } = await web.visit(hana, '#/hosting', { before });
    await context.grantPermissions(['camera']);
    await page.getByRole('button', { name: 'Scan the guest’s code' }).click();
    const number = page.getByLabel('Order number');
    await eventually(async () => (await number.inputValue()) === sn);
    await page.getByRole('button', { name: 'Check in' }).click();
    await page.getByText('Checked in:').waitFor();
    expect((await story.see(sn))?.state).toBe('USED');
  });

  test('sees the stay in the calendar, gives a part back, then cancels it: each says first what it means', async () => {
    const story = storyOf(web.system);
    const { sn } = await story.booked({ inDays: 5, homestayId: 'home-11' });
    const { page } = await web.visit(hana, '#/hosting');
    const row = page.getByRole('row').filter({ hasText: 'Lake house home-11' });
    await row.getByRole('link', { name: /Booked, ana/ }).click();
    await page.getByRole('heading', { name: 'ana at Lake house home-11' }).waitFor();

    await page.getByRole('button', { name: 'Give a part back' }).click();
    const part = page.getByRole('dialog', { name: 'Give a part back' });
    await part.getByText('The stay goes on and the nights stay booked.').waitFor();
    await part.getByLabel('Amount').fill('10');
    await part.getByLabel('Reason').fill('No hot water.');
    await part.getByRole('button', { name: 'Give CN¥10 back' }).click();
    await page.getByText(/CN¥90 of what the guest paid is here/).waitFor();
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SUCCESS');

    await page.getByRole('button', { name: 'Cancel this stay' }).click();
    const end = page.getByRole('dialog', { name: 'Cancel this stay?' });
    await end.getByText(/goes back to the guest, CN¥90/).waitFor();
    await end.getByLabel('Reason').fill('The roof leaks.');
    await end.getByRole('button', { name: 'Cancel this stay' }).click();
    await stateIs(page, 'Refunded');
  });

  test('reads on to the bookings that the first page does not show', async () => {
    const story = storyOf(web.system);
    for (let day = 0; day <= 20; day += 1) {
      const stay = { checkIn: dateIn(150 + day), checkOut: dateIn(151 + day) };
      const { sn } = await story.place({ homestayId: 'home-15', ...stay }, ben);
      await story.cancel(sn, ben);
    }
    const { page } = await web.visit(hana, '#/hosting');
    const bookings = page.getByRole('region', { name: 'Bookings' });
    const ofPlace = bookings.getByRole('link', { name: 'Lake house home-15' });
    await ofPlace.nth(19).waitFor();
    expect(await ofPlace.count()).toBe(20);
    await bookings.getByRole('button', { name: 'Show more' }).click();
    await ofPlace.nth(20).waitFor();
    // What is shown stays so when a change has the list read again.
    await story.place({ homestayId: 'home-15', checkIn: dateIn(171), checkOut: dateIn(172) }, ben);
    await ofPlace.nth(21).waitFor();
  });

  test('edits a homestay, takes it off the list and puts it back', async () => {
    const { page } = await web.visit(hana, '#/hosting');
    await page.getByRole('link', { name: 'Lake house home-12', exact: true }).first().click();
    const form = page.getByRole('form', { name: 'Listing' });
    await form.getByLabel('In one line').fill('A pier and two canoes');
    await form.getByLabel(/can find and order/).uncheck();
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();

    const id = await homestayId(web, 12);
    expect(id).toBeUndefined();
    await page.reload();
    await form.getByLabel(/can find and order/).check();
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    const { page: guest } = await web.visit(null, '#/?text=home-12');
    await guest.getByText('A pier and two canoes').waitFor();
  });

  test('sets the price of nights, and the quote has it', async () => {
    const { page } = await web.visit(
      hana,
      `#/hosting/${encodeURIComponent(await homestayId(web, 13))}`,
    );
    await chooseNights(page, 2, 4);
    const price = page.getByLabel(/Price of each of these nights/);
    await price.fill('0');
    await page.getByRole('button', { name: 'Set the price' }).click();
    await page.getByText('A price is too low or too high. At least CN¥0.01.').waitFor();
    await price.fill('333');
    await page.getByRole('button', { name: 'Set the price' }).click();
    await page.getByText(/^2 nights from .* on cost CN¥333 each\.$/).waitFor();
    const { page: guest } = await web.visit(ben, await placeWith(web, 13, 2, 2));
    await guest.getByText('CN¥666').first().waitFor();
  });
}
