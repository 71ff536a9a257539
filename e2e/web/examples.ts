import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { storyOf } from '../../testing/payment/story.ts';
import { ana, tokenOf } from '../../testing/tokens.ts';
import { buildPages } from '../../web/build.ts';
import type { Web } from './pages.ts';

const sources = fileURLToPath(new URL('../../examples', import.meta.url));

/** Opens the page of an example in an empty document, and draws what it is shown. */
const opening = (client: string, order: { url: string; token: string; sn: string }) => `
  document.body.innerHTML = '<h1></h1><p role="status"></p>';
  import('/examples/${client}.js').then(({ openOrderPage }) => openOrderPage({
    ...${JSON.stringify(order)},
    show(order) {
      document.querySelector('h1').textContent = order?.title;
      document.querySelector('p').textContent = order?.state;
    },
  }))`;

/** The order pages of `examples/`, as a bundler makes them for browsers. */
export function examples(web: Web): void {
  const built = mkdtempSync(join(tmpdir(), 'homestay-examples-'));
  beforeAll(() => buildPages(built, sources), 60_000);
  afterAll(() => rmSync(built, { recursive: true }));

  test.each([
    'apollo',
    'relay',
  ])('%s’s page shows an order, and its change by itself', async (client) => {
    const story = storyOf(web.system);
    const sn = await story.order(ana, { inDays: 48, homestayId: 'home-14' });
    const { page, problems } = await web.visit(null, 'health/live');
    const { gateway } = web.system.urls;
    const order = { url: `${gateway}/graphql`, token: await tokenOf(ana), sn };
    await page.route(`${gateway}/examples/*.js`, (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        path: join(built, basename(route.request().url())),
      }),
    );
    await page.evaluate(opening(client, order));
    await page.getByText('WAIT_PAY').waitFor();
    await page.getByRole('heading', { name: 'Lake house home-14' }).waitFor();
    await story.cancel(sn);
    await page.getByText('CANCELLED').waitFor();
    expect(problems).toEqual([]);
  });
}
