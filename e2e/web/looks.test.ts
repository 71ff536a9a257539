import { expect, test } from '@jest/globals';
import { storyOf } from '../../testing/payment/story.ts';
import { ana, host, operator } from '../../testing/tokens.ts';
import { expectAccessible, expectFits, picture, webSystem } from './pages.ts';

const web = webSystem();

async function firstHomestay(): Promise<string> {
  type Data = { homestays: { nodes: { id: string }[] } };
  const query = '{ homestays(first: 1) { nodes { id } } }';
  return (await web.system.ask<Data>(null, query)).homestays.nodes[0]?.id ?? '';
}

/** Every page, who sees it, and what stands on it once it is there. */
const pages = {
  browse: { user: null, path: async () => '#/', sign: '.cards article' },
  homestay: {
    user: null,
    path: async () => `#/homestays/${encodeURIComponent(await firstHomestay())}`,
    sign: '.calendar',
  },
  'sign-in': { user: null, path: async () => '#/sign-in', sign: '.users' },
  'order-waiting': {
    user: ana,
    path: async () => `#/order/${await storyOf(web.system).order(ana, { inDays: 20 })}`,
    sign: '.countdown',
  },
  'order-booked': {
    user: ana,
    path: async () => `#/order/${(await storyOf(web.system).booked({ inDays: 25 })).sn}`,
    sign: '.qr',
  },
  orders: { user: ana, path: async () => '#/orders', sign: '.orders article, .orders li' },
  hosting: { user: host, path: async () => '#/hosting', sign: '.shops a' },
  'hosting-homestay': {
    user: host,
    path: async () => `#/hosting/${encodeURIComponent(await firstHomestay())}`,
    sign: '.calendar',
  },
  operations: { user: operator, path: async () => '#/operations', sign: 'form' },
};

/** Addresses are made once: an order's nights can be taken only once. */
const paths = new Map<string, Promise<string>>();
const pathOf = (name: keyof typeof pages): Promise<string> => {
  const path = paths.get(name) ?? pages[name].path();
  paths.set(name, path);
  return path;
};

const looks = [
  { width: 320, dark: false, language: 'en' },
  { width: 320, dark: true, language: 'zh' },
  { width: 768, dark: true, language: 'en' },
  { width: 1_440, dark: false, language: 'zh' },
  { width: 1_440, dark: false, language: 'en' },
] as const;

describeEach('%s at %i px', (name, look) => async () => {
  const { user, sign } = pages[name];
  const { page, context, problems } = await web.visit(user, await pathOf(name), look);
  await page.locator(sign).first().waitFor();
  expect(await page.getAttribute('html', 'lang')).toBe(look.language === 'zh' ? 'zh-CN' : 'en-GB');
  await expectFits(page);
  await expectAccessible(page);
  expect(problems).toEqual([]);
  await picture(page, `${name}-${look.width}-${look.language}${look.dark ? '-dark' : ''}`);
  await context.close();
});

function describeEach(
  title: string,
  body: (name: keyof typeof pages, look: (typeof looks)[number]) => () => Promise<void>,
): void {
  const cases = (Object.keys(pages) as (keyof typeof pages)[]).flatMap((name) =>
    looks.map((look) => [name, look.width, look] as const),
  );
  test.each(cases)(`${title}, %j`, (name, _width, look) => body(name, look)());
}

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
