import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { dateIn, payOnPage } from '../../testing/story.ts';
import { ana, ben } from '../../testing/tokens.ts';
import { expectFits, type Web } from './pages.ts';
import { homestayId, placeWith, stateIs } from './places.ts';

const snOf = async (page: Page): Promise<string> => {
  await page.waitForURL(/#\/order\//);
  return page.url().split('/').at(-1) as string;
};

/** What a traveller does. */
export function traveller(web: Web): void {
  const restartOrder = async (env?: Record<string, string>) => {
    await web.system.order.stop();
    await web.system.order.start(env);
    await eventually(() => web.system.ask(null, '{ serverTime }').then(Boolean, () => false));
  };

  test('signs in, books, pays and comes back, sees it live and shows the ticket', async () => {
    const { page, problems } = await web.visit(null, await placeWith(web, 0, 20));
    await page.getByRole('button', { name: 'Sign in to order' }).click();
    await page.getByRole('button', { name: /^anna/ }).click();
    await page.getByRole('spinbutton', { name: 'Guests' }).fill('2');
    await page.getByText('CN¥200').last().waitFor();
    await page.getByRole('button', { name: 'Order these nights' }).click();
    await stateIs(page, 'Waiting to be paid');
    expect(await page.getByRole('timer').textContent()).toMatch(/^(20:00|19:\d\d)$/);

    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.waitForURL(`${web.system.urls.sandbox}/**`);
    await expectFits(page);
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByRole('link', { name: 'Back to your order' }).click();

    await stateIs(page, 'Booked');
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('img', { name: 'Your ticket' }).waitFor();
    expect(await page.locator('.code').textContent()).toMatch(/^(\w{4} ){3}\w{4}$/);
    expect(problems.filter((problem) => !problem.startsWith(web.system.urls.sandbox))).toEqual([]);
  });

  test('finds what was chosen and written again after signing in, and after a reload', async () => {
    const { page } = await web.visit(null, await placeWith(web, 0, 60));
    const stay = page.getByRole('form', { name: 'Your stay' });
    await stay.getByLabel('Guests').fill('2');
    await stay.getByLabel('A word to the host').fill('We come late.');
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: /^anna/ }).click();
    const isThere = async () => {
      await stay.getByRole('button', { name: 'Order these nights' }).waitFor();
      expect(await stay.getByLabel('Guests').inputValue()).toBe('2');
      expect(await stay.getByLabel('A word to the host').inputValue()).toBe('We come late.');
    };
    await isThere();
    await page.reload();
    await isThere();
  });

  test('is told the last days to leave by the calendar of the place, wherever the reader is', async () => {
    const path = await placeWith(web, 0, 60);
    const { page } = await web.visit(null, path, { timeZone: 'America/Los_Angeles' });
    const asDay = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
    const last = new Date(`${dateIn(53)}T00:00:00Z`).toLocaleDateString('en-GB', asDay);
    await page.getByText(new RegExp(`^Leave on ${last}( \\d{4})? or before: 100% back$`)).waitFor();
    await page.getByText('Days begin and end at the place: China').waitFor();
  });

  test('comes back to the list where it was, and begins to read at the top of a page', async () => {
    const { page } = await web.visit(null, '#/');
    const links = page.locator('.cards article').getByRole('link');
    await links.first().waitFor();
    const title = (await links.last().textContent()) as string;
    await links.last().click();
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
    await eventually(async () => (await page.evaluate('document.activeElement.id')) === 'content');
    expect(await page.evaluate('scrollY')).toBe(0);
    await page.goBack();
    await links.last().waitFor();
    await eventually(async () => (await page.evaluate<number>('scrollY')) > 0);
  });

  test('a page whose file does not come says so, and is there when it is tried again', async () => {
    const { page } = await web.visit(null, '#/');
    await page.locator('.cards article').first().waitFor();
    const file = '**/assets/orders-*.js';
    await page.route(file, (route) => route.abort());
    await page.getByRole('link', { name: 'My stays' }).click();
    await page.getByRole('alert').getByText('There is no connection.').waitFor();
    await page.unroute(file);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Sign in to see this page.' }).waitFor();
  });

  test('finds the state that was chosen for the list of stays again on the way back', async () => {
    const sn = await storyOf(web.system).order(ben, { inDays: 120, homestayId: 'home-4' });
    const { page } = await web.visit(ben, '#/orders');
    const state = page.getByRole('combobox', { name: 'State' });
    await state.selectOption('EXPIRED');
    await page.getByText('No order is like that.').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await state.selectOption('WAIT_PAY');
    await page.getByRole('listitem').getByRole('link', { name: 'Lake house home-4' }).click();
    await page.getByText(`Order ${sn}`).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'My stays' }).waitFor();
    expect(await state.inputValue()).toBe('WAIT_PAY');
    await storyOf(web.system).cancel(sn, ben);
  });

  test('sees it at once when the order is paid in another tab', async () => {
    const story = storyOf(web.system);
    const sn = await story.order(ana, { inDays: 90, homestayId: 'home-4' });
    const { page } = await web.visit(ana, `#/order/${sn}`);
    await stateIs(page, 'Waiting to be paid');
    await payOnPage((await story.pay(sn)).payUrl as string);
    await stateIs(page, 'Booked');
  });

  test('an order that nobody pays closes in front of the traveller’s eyes', async () => {
    await restartOrder({ CLOSE_ORDER_AFTER: '6s' });
    try {
      const { page } = await web.visit(ana, await placeWith(web, 1, 20));
      await page.getByRole('button', { name: 'Order these nights' }).click();
      await stateIs(page, 'Waiting to be paid');
      expect(await page.getByRole('timer').textContent()).toMatch(/^00:0\d$/);
      await stateIs(page, 'Cancelled');
      await page.getByText('Closed: it was not paid in time').waitFor();
    } finally {
      await restartOrder();
    }
  });

  test('what a service that is away does not answer is not told as if it were known', async () => {
    const { sn } = await storyOf(web.system).booked({ inDays: 130, homestayId: 'home-3' });
    const { page } = await web.visit(ana, `#/order/${sn}`);
    const leave = page.getByRole('button', { name: 'Leave this stay' });
    await leave.waitFor();
    const away = page.getByRole('alert').getByText('A part of the system is away.');
    await web.system.payment.stop();
    try {
      await page.reload();
      await away.first().waitFor();
      expect(await leave.count()).toBe(0);
    } finally {
      await web.system.payment.start();
    }
    const query = `{ homestayOrder(sn: "${sn}") { refunds { sn } } }`;
    await eventually(() => web.system.ask(ana, query).then(Boolean, () => false));
    await page.reload();
    await leave.waitFor();

    const nights = page.getByRole('region', { name: 'Free nights' });
    await web.system.order.stop();
    try {
      await page.goto(`${web.system.urls.gateway}/${await placeWith(web, 3, 140)}`);
      await nights.getByText('A part of the system is away.').waitFor();
      expect(await nights.getByRole('table').count()).toBe(0);
    } finally {
      await restartOrder();
    }
    await nights.getByRole('button', { name: 'Try again' }).click();
    await nights.getByRole('table').waitFor();
  });

  test('two tabs want the same nights: the slower one is told which are gone and what is free beside them', async () => {
    const [first, second] = [
      await web.visit(ana, await placeWith(web, 2, 30, 2)),
      await web.visit(ben, await placeWith(web, 2, 31, 2)),
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

  test('leaves a stay and is told first what comes back', async () => {
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
    const { page } = await web.visit(
      ana,
      `#/homestays/${encodeURIComponent(await homestayId(web, 5))}`,
    );
    const days = page.getByRole('table');
    await days.locator('[tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await page.getByText('1 night', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Order these nights' }).focus();
    await page.keyboard.press('Enter');
    expect(await snOf(page)).toMatch(/^HSO/);
  });

  test('searches by place, dates and guests; what fits nothing says so and can be cleared', async () => {
    const { page } = await web.visit(null, '#/');
    await page.locator('.cards article').first().waitFor();
    const found = (await page.locator('.cards article').count()) > 1;
    expect(found).toBe(true);
    await page.getByLabel('Where').fill('home-7');
    await page.getByLabel('Check-in').fill(dateIn(200));
    await page.getByLabel('Check-out').fill(dateIn(202));
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Lake house home-7' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('results');
    await page.getByLabel('Guests').fill('20');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing fits.').waitFor();
    await page.getByRole('link', { name: 'Clear the search' }).click();
    await page.getByRole('link', { name: 'Lake house home-0' }).waitFor();
  });

  test('a link that was cut off says that there is nothing, and where to go', async () => {
    const { page, problems } = await web.visit(null, '#/homestays/Homestay%3');
    await page.getByRole('heading', { name: 'There is nothing here that you may see.' }).waitFor();
    await page.getByRole('link', { name: 'Find a stay' }).click();
    await page.locator('.cards article').first().waitFor();
    expect(problems).toEqual([]);
  });

  test('in development anybody becomes anybody, in any role', async () => {
    const { page } = await web.visit(null, '#/sign-in');
    await page.getByLabel('Another name').fill('hana');
    await page.getByRole('combobox', { name: 'Role' }).selectOption('Host');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('banner').getByText('hana', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Hosting' }).click();
    await page.getByRole('link', { name: 'Lake house home-1', exact: true }).first().waitFor();
  });

  test('is told in Chinese, by code, why dates are refused', async () => {
    const { page } = await web.visit(ana, await placeWith(web, 8, 200, 31), { language: 'zh' });
    await page.getByText(/单笔订单的晚数过多.*最多 30/).waitFor();
  });
}
