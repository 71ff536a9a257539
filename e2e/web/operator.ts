import { expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { payOnPage } from '../../testing/story.ts';
import { ana, ben, operator as olga } from '../../testing/tokens.ts';
import { expectAccessible, expectFits, picture, type Web } from './pages.ts';
import { stateIs } from './places.ts';

/** What an operator does. */
export function operator(web: Web): void {
  /** What changed just now is not compared yet. */
  const longAgo = async (sn: string, paymentSn: string) => {
    const at = new Date(Date.now() - 3_600_000);
    const { order, payment } = web.system.databases;
    await order
      .collection<{ _id: string }>('orders')
      .updateOne({ _id: sn }, { $set: { 'history.$[].at': at } });
    await payment
      .collection<{ _id: string }>('payments')
      .updateOne({ _id: paymentSn }, { $set: { changedAt: at } });
  };

  test('finds orders by number, traveller and state, and cancels a stay', async () => {
    const story = storyOf(web.system);
    const { sn } = await story.booked({ inDays: 40, homestayId: 'home-14' });
    const other = await story.order(ben, { inDays: 41, homestayId: 'home-14' });
    const { page } = await web.visit(olga, '#/operations');
    const orders = page.getByRole('region', { name: 'Orders' });
    const row = (number: string) => orders.locator('details', { hasText: number });
    await orders.getByLabel('Traveller').fill('ben');
    await orders.getByLabel('State').selectOption('WAIT_PAY');
    await orders.getByRole('button', { name: 'Search' }).click();
    await row(other).waitFor();
    await row(sn).waitFor({ state: 'detached' });

    await row(other).locator('summary').click();
    await row(other).getByRole('link', { name: 'Open its page' }).click();
    await stateIs(page, 'Waiting to be paid');
    await page.goBack();
    await row(other).waitFor();
    expect(await orders.getByLabel('Traveller').inputValue()).toBe('ben');

    await orders.getByLabel('Traveller').fill('');
    await orders.getByLabel('State').selectOption('');
    await orders.getByLabel('Order number').fill(sn);
    await orders.getByRole('button', { name: 'Search' }).click();
    await row(sn).locator('summary').click();
    await row(sn).getByRole('button', { name: 'Cancel this stay' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel this stay?' });
    await dialog.getByText(/goes back to the guest, CN¥100/).waitFor();
    await dialog.getByLabel('Reason').fill('The host is away.');
    await dialog.getByRole('button', { name: 'Cancel this stay' }).click();
    await row(sn)
      .getByText(/^Refund RFD/)
      .waitFor();
    await eventually(async () => (await story.see(sn))?.state === 'REFUNDED');
  });

  test('mends a difference: a refund that the bank sends back is given back anew', async () => {
    const story = storyOf(web.system);
    const sn = await story.order(ana, { inDays: 44, homestayId: 'home-14' });
    const { sn: paymentSn, payUrl } = await story.pay(sn);
    await payOnPage(payUrl as string);
    await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
    await story.leave(sn);
    await eventually(async () => (await story.see(sn))?.state === 'REFUNDED');
    const { origin, pathname } = new URL(payUrl as string);
    const { page: bank } = await web.visit(null, pathname.slice(1), { origin });
    await bank.getByText('went back').waitFor();
    await bank.getByRole('button', { name: 'Let the bank send the refund back' }).click();
    await bank.getByText('Come back to this page after a refund').waitFor();
    await eventually(async () => (await story.payment(paymentSn, ana))?.state === 'SUCCESS');
    await longAgo(sn, paymentSn);
    await web.system.job('payment', 'reconcilePayments');

    const { page } = await web.visit(olga, '#/operations');
    const found = page
      .getByRole('region', { name: 'Differences' })
      .getByRole('listitem')
      .filter({ hasText: sn });
    await found.getByText('The bank sent the refund back').waitFor();
    await found.getByText('Owed: CN¥').waitFor();
    await found.getByRole('button', { name: 'Give the money back' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give the money back' });
    await dialog.getByText('What is owed goes back').waitFor();
    await dialog.getByLabel('Reason').fill('The bank sent it back.');
    await dialog.getByRole('button', { name: 'Give the money back' }).click();
    await found.getByText('Done.').waitFor();
    await eventually(async () => (await story.payment(paymentSn, ana))?.state === 'REFUNDED');
  });

  test('acknowledges a difference, which then leaves the list with a name and a reason', async () => {
    // Nobody knows this payment, so no comparison can find that it agrees.
    await web.system.databases.payment.collection('differences').insertOne({
      ...{ source: 'PROVIDERS', kind: 'PROVIDER_HAS_LESS', basis: 'once' },
      ...{ orderSn: 'HSO-lost', paymentSn: null, foundAt: new Date() },
    });
    const { page } = await web.visit(olga, '#/operations');
    const differences = page.getByRole('region', { name: 'Differences' });
    const open = differences.getByRole('listitem').filter({ hasText: 'HSO-lost' });
    await open.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge' });
    await dialog.getByLabel('Reason, for other operators').fill('Written off.');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await open.getByText('Acknowledged. It has left this list.').waitFor();
    await page.reload();
    await differences.locator('summary', { hasText: 'Acknowledged differences' }).click();
    await open.getByText(/^olga, .*: Written off\.$/).waitFor();
    expect(await open.count()).toBe(1);
    await expectAccessible(page);
  });

  test('sees where the time of a request went: admission, plan, and each fetch with what is in it', async () => {
    const query = `query Watched($first: Int!) {
      homestays(first: $first, filter: { text: "home-14" }) { nodes { title } } }`;
    await web.system.ask(ana, query, { first: 3 });
    const { page } = await web.visit(olga, '#/operations');
    const requests = page.getByRole('region', { name: 'Where the time of a request goes' });
    await requests.getByLabel('First').selectOption('the latest');
    const one = requests.locator('details', { hasText: 'query Watched' });
    await one.locator('summary').click();
    const names = await one.getByRole('rowheader').allTextContents();
    expect(names.slice(0, 5)).toEqual([
      'query Watched gateway',
      'admission gateway',
      'plan gateway',
      'fetch travel gateway',
      'query Watched__travel__0 travel',
    ]);
    const [begins, takes] = await one.getByRole('row').nth(4).getByRole('cell').allTextContents();
    expect(Number(begins)).toBeGreaterThanOrEqual(0);
    expect(Number(takes)).toBeGreaterThan(0);
    await expectAccessible(page);
    await picture(page, 'operations-request');
    await page.setViewportSize({ width: 320, height: 900 });
    await expectFits(page);
    await picture(page, 'operations-request-320');
    expect(await requests.textContent()).not.toContain('home-14');
  });

  test('sees how many orders wait for their deadline, and how late the last ones closed', async () => {
    const story = storyOf(web.system);
    await story.order(ben, { inDays: 46, homestayId: 'home-14' });
    await story.deadlinePasses(await story.order(ben, { inDays: 47, homestayId: 'home-14' }));
    const { page } = await web.visit(olga, '#/operations');
    const queue = page.getByRole('region', { name: 'Queue of deadlines' });
    const waiting = queue.getByRole('figure').filter({ hasText: 'wait to be paid' });
    // Its words are for readers that see no pictures.
    await waiting.getByRole('listitem').first().waitFor({ state: 'attached' });
    const due = await waiting.getByRole('listitem').allTextContents();
    expect(due.some((words) => /^in \d+ min: [1-9]/.test(words))).toBe(true);
    const late = queue.getByRole('figure').filter({ hasText: 'closed' });
    expect(await late.getByRole('listitem').last().textContent()).toMatch(/^HSO\d+: \d+\.\d s$/);
  });

  test("goes on to the scheduler's page of all jobs, which is of another site, signed in", async () => {
    const origin = web.system.urls.gateway.replace('127.0.0.1', 'localhost');
    const { page, context } = await web.visit(olga, '#/operations', { origin });
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'All jobs' }).click();
    await (await opened).getByText('sweep-orders').first().waitFor();
  });
}
