import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { dateIn, payOnPage } from '../../testing/story.ts';
import { ana, ben, host } from '../../testing/tokens.ts';
import { webSystem } from './pages.ts';

const web = webSystem({ env: { CLOSE_ORDER_AFTER: '10s', SWEEP_EVERY: '1s' } });

/** The address of a homestay's page, with a stay chosen. */
async function placeWith(number: number, inDays: number, nights = 2): Promise<string> {
  const id = await homestayId(number);
  const stay = { checkIn: dateIn(inDays), checkOut: dateIn(inDays + nights) };
  return `#/homestays/${encodeURIComponent(id)}?${new URLSearchParams(stay)}`;
}

/** A homestay's id as the API gives it. */
async function homestayId(number: number): Promise<string> {
  const query = `{ homestays(first: 100) { nodes { id title } } }`;
  type Data = { homestays: { nodes: { id: string; title: string }[] } };
  const { homestays } = await web.system.ask<Data>(null, query);
  return homestays.nodes.find(({ title }) => title === `Lake house home-${number}`)?.id as string;
}

const stateIs = (page: Page, words: string) => page.locator('.state', { hasText: words }).waitFor();
const snOf = async (page: Page): Promise<string> => {
  await page.waitForURL(/#\/order\//);
  return page.url().split('/').at(-1) as string;
};

test('a traveller signs in, books, pays in another tab, sees it live and shows the ticket', async () => {
  const { page, context, problems } = await web.visit(null, await placeWith(0, 20));
  await page.getByRole('button', { name: 'Sign in to order' }).click();
  await page.getByRole('button', { name: /^anna/ }).click();
  await page.getByRole('spinbutton', { name: 'Guests' }).fill('2');
  await page.getByText('CN¥200').last().waitFor();
  await page.getByRole('button', { name: 'Order these nights' }).click();
  await stateIs(page, 'Waiting to be paid');
  expect(await page.getByRole('timer').textContent()).toMatch(/^00:(0\d|1[01])$/);

  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: /^Pay/ }).click();
  const provider = await opened;
  await provider.waitForURL(`${web.system.urls.sandbox}/**`);
  await payOnPage(provider.url());

  await stateIs(page, 'Booked');
  await page.getByRole('img', { name: 'Your ticket' }).waitFor();
  expect(await page.locator('.code').textContent()).toMatch(/^(\w{4} ){3}\w{4}$/);
  expect(problems.filter((problem) => !problem.startsWith(web.system.urls.sandbox))).toEqual([]);
});

test('an order that nobody pays closes in front of the traveller’s eyes', async () => {
  const { page } = await web.visit(ana, await placeWith(1, 20));
  await page.getByRole('button', { name: 'Order these nights' }).click();
  await stateIs(page, 'Waiting to be paid');
  await stateIs(page, 'Cancelled');
  await page.getByText('Closed: it was not paid in time').waitFor();
});

test('two tabs want the same nights: the slower one is told which are gone and what is free beside them', async () => {
  const [first, second] = [
    await web.visit(ana, await placeWith(2, 30, 2)),
    await web.visit(ben, await placeWith(2, 31, 2)),
  ];
  await first.page.getByRole('button', { name: 'Order these nights' }).click();
  await stateIs(first.page, 'Waiting to be paid');
  await second.page.getByRole('button', { name: 'Order these nights' }).click();
  const told = second.page.getByRole('alert');
  await told.getByText('Somebody was faster').waitFor();
  await told.getByRole('button').last().click();
  await second.page.getByRole('button', { name: 'Order these nights' }).click();
  await stateIs(second.page, 'Waiting to be paid');
});

test('a traveller leaves a stay and is told first what comes back', async () => {
  const story = storyOf(web.system);
  const { sn } = await story.booked({ inDays: 3 });
  const { page } = await web.visit(ana, `#/order/${sn}`);
  await page.getByRole('button', { name: 'Leave this stay' }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave this stay?' });
  await dialog.getByText('You get back CN¥50').waitFor();
  await dialog.getByLabel('Why?').fill('The train does not run.');
  await dialog.getByRole('button', { name: /^Leave and get/ }).click();
  await stateIs(page, 'Refunded');
});

test('my stays keep up by themselves: a new order appears, and its state changes', async () => {
  const { page } = await web.visit(ben, '#/orders');
  await page.locator('.live.live', { hasText: 'Live' }).waitFor();
  const { sn } = await storyOf(web.system).place(
    { homestayId: 'home-3', checkIn: dateIn(50), checkOut: dateIn(51) },
    ben,
  );
  const row = page.getByRole('listitem').filter({ hasText: 'Lake house home-3' });
  await row.getByText('Waiting to be paid').waitFor();
  await storyOf(web.system).cancel(sn, ben);
  await row.getByText('Cancelled').waitFor();
});

test('without a connection the page says so, and catches up when it is back', async () => {
  const story = storyOf(web.system);
  const sn = await story.order(ana, { inDays: 70, homestayId: 'home-4' });
  const { page, context } = await web.visit(ana, `#/order/${sn}`);
  await page.locator('.live.live', { hasText: 'Live' }).waitFor();
  await context.setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await story.settle((await story.pay(sn)).sn);
  await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
  await context.setOffline(false);
  await stateIs(page, 'Booked');
});

test('the whole way works by keyboard: days in the calendar by arrows, the order by Enter', async () => {
  const { page } = await web.visit(ana, `#/homestays/${encodeURIComponent(await homestayId(5))}`);
  const days = page.getByRole('table');
  await days.locator('[tabindex="0"]').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter', 'ArrowRight', 'Enter'])
    await page.keyboard.press(key);
  await page.getByText('1 night', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Order these nights' }).focus();
  await page.keyboard.press('Enter');
  expect(await snOf(page)).toMatch(/^HSO/);
});

test('a host checks a guest in with what the ticket’s code holds', async () => {
  const story = storyOf(web.system);
  const { sn } = await story.booked({ inDays: 0 });
  const ticketCode = (await story.see(sn))?.ticketCode;
  const { page } = await web.visit(host, '#/hosting');
  const form = page.getByRole('form', { name: 'Check a guest in' });
  await form.getByLabel('Order number').fill(`${sn} ${ticketCode}`);
  await form.getByRole('button', { name: 'Check in' }).click();
  await form.getByText('Checked in:').waitFor();
  expect((await story.see(sn))?.state).toBe('USED');

  const guest = await web.visit(ana, `#/order/${sn}`);
  await guest.page.getByLabel('What should others know?').fill('A boat lies at the door.');
  await guest.page.getByRole('button', { name: 'Publish' }).click();
  await guest.page.getByText('Thank you.').waitFor();
  await guest.page.getByRole('link', { name: 'Lake house home-0' }).click();
  await guest.page.getByText('A boat lies at the door.').waitFor();
});

test('a host blocks nights, and nobody can choose them any more', async () => {
  const { page } = await web.visit(host, '#/hosting');
  await page.getByRole('link', { name: 'Lake house home-6', exact: true }).click();
  const night = (days: number) => page.locator(`[data-date="${dateIn(days)}"]`);
  await page.locator('.calendar').waitFor();
  for (const days of [2, 4]) {
    const isShown = await night(days).isVisible();
    if (!isShown) await page.getByRole('button', { name: 'Next month' }).click();
    await night(days).click();
  }
  await page.getByRole('button', { name: 'Block these nights' }).click();
  await page.getByText('Changed:').waitFor();
  const free = await storyOf(web.system).freeNights('home-6', dateIn(1), dateIn(5));
  expect(free).toEqual([dateIn(1), dateIn(4)]);
});
