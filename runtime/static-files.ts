import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pathOf } from './request-target.ts';
import { sendJson } from './send-json.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
};

export type StaticFilesOptions = {
  /** The origins that the pages may ask, besides their own. */
  asked?: readonly string[];
  /** The origins that their forms may be sent to, besides their own. */
  sentTo?: readonly string[];
  /** The path that stands before the files' own, without a slash at its end. */
  below?: string;
};

/** The pages may ask no other origin than told, and no other page may frame them. */
const policyWith = ({ asked = [], sentTo = [] }: StaticFilesOptions): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...asked].join(' '),
    "base-uri 'none'",
    ["form-action 'self'", ...sentTo].join(' '),
    "frame-ancestors 'none'",
  ].join('; ');

type StaticFile = { type: string; content: Buffer; packed: Buffer; etag: string };

/**
 * Serves the files of a folder, which are few and small, from memory; `/` is its `index.html`.
 * Files in `/assets/` have their content's hash in their name, so browsers may keep them for ever.
 * @throws where the folder holds no `index.html`
 */
export function staticFiles(folder: string, options: StaticFilesOptions = {}): RequestListener {
  const policy = policyWith(options);
  const { below = '' } = options;
  const files = new Map<string, StaticFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(name)];
    if (type) files.set(`/${name.replaceAll('\\', '/')}`, read(join(folder, name), type));
  }
  const index = files.get('/index.html');
  if (!index) throw new Error(`There is no index.html in ${folder}: build the pages first.`);
  files.set('/', index);

  return (request, response) => {
    const path = pathOf(request).slice(below.length);
    const file = files.get(path);
    if (!file) return sendJson(response, 404, { error: `there is nothing at ${path}` });
    response.setHeader('etag', file.etag);
    response.setHeader('vary', 'accept-encoding');
    response.setHeader(
      'cache-control',
      path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    if (request.headers['if-none-match'] === file.etag) return response.writeHead(304).end();
    const packed = /\bgzip\b/.test(String(request.headers['accept-encoding']));
    const content = packed ? file.packed : file.content;
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': content.length,
      ...(packed ? { 'content-encoding': 'gzip' } : {}),
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
}

function read(path: string, type: string): StaticFile {
  const content = readFileSync(path);
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 16)}"`;
  return { type, content, packed: gzipSync(content), etag };
}
