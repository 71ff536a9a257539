import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { getOperationAST, parse } from 'graphql';
import type { Admission } from '../admission/admit.ts';
import { manifestEntries } from '../admission/manifest.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import { isToBeSent } from './late-refusal.ts';
import { sendRefusal, tellBudget } from './response.ts';

/** The registered operations that tell a traveller's story, each in a tab. */
const story = ['HomePage', 'HomestayPage', 'QuoteStay', 'PlaceOrder', 'PayOrder', 'OrderLive'];

/** Whether a browser asks for a page to look at, and not for the answer of a query. */
export const wantsPage = ({ method, headers, url }: IncomingMessage): boolean =>
  method === 'GET' &&
  (headers.accept ?? '').includes('text/html') &&
  !/[?&](query|documentId|extensions)=/.test(url ?? '');

/** To send it takes as long as to answer that many fields, and to unpack it longer. */
const weightOfPage = 2_000;

/**
 * GraphiQL at the gateway's own address. Everything it needs comes with the page, so that it works
 * without a network. It is made at its first visit: most gateways never see one.
 * @param manifestFile the registered operations, of which some are shown in tabs
 */
export function graphiqlPage(
  manifestFile: string,
  { charge, late, refusalOf }: Pick<Admission, 'charge' | 'late'> & { refusalOf: RefusalOf },
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let page: ReturnType<typeof render> | undefined;
  return async (request, response) => {
    try {
      tellBudget(response)(await charge({ request }, undefined, weightOfPage));
    } catch (error) {
      if (await isToBeSent(late, request, response, error))
        sendRefusal(request, response, refusalOf(error));
      return;
    }
    page ??= render(manifestFile);
    const { zipped, policy } = await page;
    const packed = /\bgzip\b/.test(String(request.headers['accept-encoding']));
    const html = packed ? zipped : await promisify(gunzip)(zipped);
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        ...(packed ? { 'content-encoding': 'gzip' } : {}),
        'content-length': html.length,
        'cache-control': 'private, max-age=3600',
        vary: 'accept, accept-encoding',
        'content-security-policy': policy,
        'x-frame-options': 'DENY',
      })
      .end(html);
  };
}

async function render(manifestFile: string): Promise<{ zipped: Buffer; policy: string }> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const tabs = tabsOf(await readFile(manifestFile, 'utf8').catch(() => '{}'));
  const html = renderGraphiQL({
    title: 'Homestay booking',
    endpoint: '/graphql',
    // By this one, unlike a WebSocket, the headers typed into the page (a token) are sent along.
    subscriptionsProtocol: 'SSE',
    // What the first tab shows is given twice: without this it is GraphiQL's own greeting.
    ...(tabs[0] ? { defaultQuery: tabs[0].query } : {}),
    defaultTabs: tabs,
  });
  return { zipped: await promisify(gzip)(html), policy: policyOf(html) };
}

/** Only the scripts that the page comes with may run, and only its own origin be asked. */
function policyOf(html: string): string {
  const scripts = Array.from(
    html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g),
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A tab for each operation of the story that is registered, with the names of its variables. */
function tabsOf(manifest: string): { query: string; variables: string }[] {
  const registered = new Map(
    manifestEntries(manifest).flatMap(({ body }) => {
      const operation = getOperationAST(parse(body));
      return operation?.name ? [[operation.name.value, { body, operation }]] : [];
    }),
  );
  return story.flatMap((name) => {
    const { body, operation } = registered.get(name) ?? {};
    if (!body) return [];
    const names = operation?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
    const variables = Object.fromEntries(names.map((variable) => [variable, null]));
    return [{ query: body, variables: JSON.stringify(variables, null, 2) }];
  });
}
