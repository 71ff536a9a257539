import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { ana, host, operator, type User } from '../../testing/tokens.ts';
import { expectAccessible, expectFits, picture, type Web } from './pages.ts';
import { homestayId, placeWith } from './places.ts';

type PageToSee = { user: User | null; path(web: Web): Promise<string>; sign: string };

/** Every page, who sees it, and what stands on it once it is there. */
const pages: Record<string, PageToSee> = {
  browse: { user: null, path: async () => '#/', sign: '.cards article' },
  'browse-nothing': { user: null, path: async () => '#/?text=nowhere', sign: '[role=status] a' },
  homestay: { user: null, path: (web) => placeWith(web, 7, 60), sign: '.bill' },
  'sign-in': { user: null, path: async () => '#/sign-in', sign: '.users' },
  'order-waiting': {
    user: ana,
    path: async ({ system }) =>
      `#/order/${await storyOf(system).order(ana, { inDays: 20, homestayId: 'home-7' })}`,
    sign: '.countdown',
  },
  'order-booked': {
    user: ana,
    path: async ({ system }) =>
      `#/order/${(await storyOf(system).booked({ inDays: 25, homestayId: 'home-7' })).sn}`,
    sign: '.qr',
  },
  'order-of-guest': {
    user: host,
    path: async ({ system }) =>
      `#/order/${(await storyOf(system).booked({ inDays: 26, homestayId: 'home-7' })).sn}`,
    sign: '.booking button',
  },
  orders: { user: ana, path: async () => '#/orders', sign: '.orders li' },
  hosting: { user: host, path: async () => '#/hosting', sign: '.wide .night' },
  'hosting-homestay': {
    user: host,
    path: async (web) => `#/hosting/${encodeURIComponent(await homestayId(web, 7))}`,
    sign: '.calendar',
  },
  operations: { user: operator, path: async () => '#/operations', sign: '.bars, .found' },
  'not-signed-in': { user: null, path: async () => '#/orders', sign: 'main .button' },
};

type Look = { width: number; dark: boolean; language: 'en' | 'zh' };
const looks: Look[] = [
  { width: 320, dark: false, language: 'en' },
  { width: 320, dark: true, language: 'zh' },
  { width: 768, dark: true, language: 'en' },
  { width: 1_440, dark: false, language: 'zh' },
  { width: 1_440, dark: false, language: 'en' },
];

/** The page is loaded once, and looked at in every way: at each width, dark and light, in each language. */
async function see(page: Page, name: string, { width, dark, language }: Look): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  const lang = language === 'zh' ? 'zh-CN' : 'en-GB';
  if ((await page.getAttribute('html', 'lang')) !== lang)
    await page.getByRole('button', { name: language === 'zh' ? '中文' : 'English' }).click();
  await page.locator(`html[lang=${lang}]`).waitFor();
  const brand = language === 'zh' ? '民宿' : 'Homestay';
  // The page is drawn in the language first, and its title follows.
  await eventually(
    async () => (await page.title()) === `${await page.locator('h1').textContent()} · ${brand}`,
  );
  await expectFits(page);
  await expectAccessible(page);
  await picture(page, `${name}-${width}-${language}${dark ? '-dark' : ''}`);
}

/** How every page looks, and what the first one weighs. */
export function looksOf(web: Web): void {
  test.each(Object.keys(pages))('%s: nothing sticks out, and axe finds nothing', async (name) => {
    const { user, path, sign } = pages[name] as PageToSee;
    const { page, problems } = await web.visit(user, await path(web));
    await page.locator(sign).first().waitFor();
    for (const look of looks) await see(page, name, look);
    expect(problems).toEqual([]);
  });

  test('the first page asks for at most 30 kB of script, gzipped', async () => {
    const { page } = await web.visit(null, '#/');
    await page.locator('.cards article').first().waitFor();
    const bytes = (await page.evaluate(
      `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    )) as number;
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThanOrEqual(30_000);
  });
}
