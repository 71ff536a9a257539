import type { Browser } from 'playwright-core';
import { cacheDirectory } from '../embedded/mongodb/cache.ts';
import { openBrowser } from '../testing/browser.ts';
import { serve } from '../testing/serve.ts';
import { builtPages } from '../web/build.ts';
import { startMeasuredSystem } from './measured-system.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, mediansOf, type Row } from './rows.ts';
import { withMongo } from './stage.ts';

/** Lighthouse's "slow 4G" on a phone a quarter as fast as this machine. */
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6e6 * 0.9) / 8,
  uploadThroughput: (750e3 * 0.9) / 8,
};
const slowdown = 4;
const homestays = 24;

/**
 * The first page of the storefront, from its address to the first list on the screen, beside a page
 * by hand that shows the same names and nothing else. Each visit is a new browser profile; "again"
 * has what the first visit has left in the cache.
 */
export const run: Benchmark = async () => {
  const rounds = 3;
  const figures: Record<'ours' | 'again' | 'floor', Figures[]> = { ours: [], again: [], floor: [] };
  await withMongo(async (uri) => {
    const WEB_DIR = await builtPages(cacheDirectory(), () => step('building the pages'));
    const system = await startMeasuredSystem(uri, homestays, { WEB_DIR });
    const bare = await bareList(system.url);
    const browser = await openBrowser();
    try {
      // The first visit of all warms the gateway up.
      await visits(browser, system.url, '.cards article');
      for (let round = 1; round <= rounds; round += 1) {
        step(`round ${round} of ${rounds}`);
        const [first, again] = await visits(browser, system.url, '.cards article');
        figures.ours.push(first);
        figures.again.push(again);
        figures.floor.push((await visits(browser, bare.url, 'li'))[0]);
      }
    } finally {
      await browser.close();
      await bare.stop();
      system.process.stop();
    }
  });
  const row = { benchmark: 'pages', task: 'the first list on slow 4G', by: 'p50' } as const;
  return [
    { ...row, subject: 'ours', role: 'ours', figures: mediansOf(figures.ours) },
    { ...row, subject: 'ours, again', role: 'ours', figures: mediansOf(figures.again) },
    { ...row, subject: 'a bare list of names', role: 'floor', figures: mediansOf(figures.floor) },
  ] satisfies Row[];
};

/** Marks when the first element that a selector finds is painted. */
const markFirst = (selector: string) => `new MutationObserver((_, observer) => {
  if (!document.querySelector(${JSON.stringify(selector)})) return;
  observer.disconnect();
  requestAnimationFrame(() => performance.mark('list'));
}).observe(document, { childList: true, subtree: true });`;

/** Two visits by one new profile. */
async function visits(browser: Browser, url: string, list: string): Promise<[Figures, Figures]> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.addInitScript(markFirst(list));
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', network);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  let [bytes, requests] = [0, 0];
  devtools.on('Network.requestWillBeSent', () => {
    requests += 1;
  });
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const visit = async (): Promise<Figures> => {
    [bytes, requests] = [0, 0];
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator(list).first().waitFor();
    const p50 = (await page.evaluate(
      `performance.getEntriesByName('list')[0].startTime`,
    )) as number;
    await page.waitForLoadState('networkidle');
    return { p50, kB: bytes / 1_000, requests };
  };
  const both: [Figures, Figures] = [await visit(), await visit()];
  await context.close();
  return both;
}

/** A page by hand with the names of as many homestays, asked for as the storefront asks. */
async function bareList(gateway: string) {
  const query = `{ homestays(first: ${homestays}) { nodes { title } } }`;
  const answer = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const names = await answer.text();
  const page = `<!doctype html><title>Homestays</title><ul></ul><script>
fetch('/names').then((answer) => answer.json()).then(({ data }) => {
  for (const { title } of data.homestays.nodes)
    document.querySelector('ul').append(
      Object.assign(document.createElement('li'), { textContent: title }));
});</script>`;
  return serve(({ url }, response) => {
    response.setHeader('content-type', url === '/names' ? 'application/json' : 'text/html');
    response.end(url === '/names' ? names : page);
  });
}
