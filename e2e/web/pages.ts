import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { cacheDirectory } from '../../embedded/mongodb/cache.ts';
import { openBrowser } from '../../testing/browser.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';
import { tokenOf, type User } from '../../testing/tokens.ts';
import { builtPages } from '../../web/build.ts';

/** Where `PICTURES=true` keeps the pictures of a run, which take a third of its time. */
const pictures = join('coverage', 'pages');

export type Visit = { page: Page; context: BrowserContext; problems: string[] };
export type VisitOptions = {
  language?: 'en' | 'zh';
  timeZone?: string;
  /** Another gateway than the system's own. */
  origin?: string;
  /** Origins that the page may ask besides its own. */
  mayAsk?: readonly string[];
  /** A script that runs before the page's own. */
  before?: string;
};

export type Web = ReturnType<typeof webSystem>;

/** A system with its web pages, and a browser to visit them; both end with the test file. */
export function webSystem() {
  const world = {} as { system: TestSystem; browser: Browser };
  beforeAll(async () => {
    const WEB_DIR = await builtPages(cacheDirectory(), () => {});
    const env = { WEB_DIR, DEVELOPMENT_SIGN_IN: 'true', KEEP_TRACES: '50' };
    world.system = await startTestSystem({ env });
    world.browser = await openBrowser();
  }, 120_000);
  // Pages that stay open go on asking, counting and drawing while others are tested.
  const close = (context: BrowserContext) => context.close();
  afterEach(async () => void (await Promise.all(world.browser.contexts().map(close))));
  afterAll(async () => {
    await world.browser?.close();
    await world.system?.stop();
  });

  return {
    get system() {
      return world.system;
    },
    /** Opens a page as a user, or as nobody. What the browser complains about is in `problems`. */
    async visit(user: User | null, path: string, options: VisitOptions = {}): Promise<Visit> {
      const context = await world.browser.newContext({
        viewport: { width: 1_280, height: 900 },
        colorScheme: 'light',
        locale: options.language === 'zh' ? 'zh-CN' : 'en-GB',
        reducedMotion: 'reduce',
        timezoneId: options.timeZone,
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const problems: string[] = [];
      const own = options.origin ?? world.system.urls.gateway;
      const allowed = [own, ...(options.mayAsk ?? [])].map((url) => new URL(url).origin);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => {
        if (!allowed.includes(new URL(request.url()).origin)) problems.push(request.url());
      });
      const token = user && (await tokenOf(user));
      if (token) {
        const keep = `localStorage.setItem('homestay-session', ${JSON.stringify(token)})`;
        await page.addInitScript(keep);
      }
      if (options.before) await page.addInitScript(options.before);
      await page.goto(`${own}/${path}`);
      return { page, context, problems };
    },
  };
}

/** Nothing that axe-core finds on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // The page's own policy forbids a script from elsewhere, but not one that the browser is told to
  // run.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const found = (await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))',
  )) as string[];
  expect(found).toEqual([]);
}

/** Nothing sticks out at the side. */
export async function expectFits(page: Page): Promise<void> {
  const [content, window] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as [number, number];
  expect(content).toBeLessThanOrEqual(window);
}

/** Keeps a picture of the page, where somebody wants to look at it. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PICTURES !== 'true') return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
