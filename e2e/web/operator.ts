import { expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { ana, ben, operator as olga } from '../../testing/tokens.ts';
import type { Web } from './pages.ts';

const longAgo = new Date(Date.now() - 10 * 86_400_000);

/** What an operator does. */
export function operator(web: Web): void {
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

  test('mends a difference: money without a booking goes back', async () => {
    const story = storyOf(web.system);
    const { sn, paymentSn } = await story.booked({ inDays: 44, homestayId: 'home-14' });
    const { order, payment } = web.system.databases;
    await order
      .collection<{ _id: string }>('orders')
      .updateOne({ _id: sn }, { $set: { paymentSn: 'PMT-other', 'history.$[].at': longAgo } });
    await payment
      .collection<{ _id: string }>('payments')
      .updateOne({ _id: paymentSn }, { $set: { changedAt: longAgo } });
    await web.system.job('payment', 'reconcilePayments');

    const { page } = await web.visit(olga, '#/operations');
    const found = page
      .getByRole('region', { name: 'Differences' })
      .getByRole('listitem')
      .filter({ hasText: sn });
    await found.getByText('Money without a booking').waitFor();
    await found.getByRole('button', { name: 'Give the money back' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give the money back' });
    await dialog.getByText('All that is left of this payment').waitFor();
    await dialog.getByLabel('Reason').fill('There was no booking.');
    await dialog.getByRole('button', { name: 'Give the money back' }).click();
    await found.getByText('Done.').waitFor();
    await eventually(async () => (await story.payment(paymentSn, ana))?.state === 'REFUNDED');
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
