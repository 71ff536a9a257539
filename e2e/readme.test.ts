import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { parts } from '../embedded/system.ts';
import { clientCodes } from '../runtime/errors.ts';
import { portSetting, serviceNames, services, urlSetting } from '../runtime/services.ts';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const readBy = Object.fromEntries(
  Object.entries(parts).map(([name, { settings }]) => [name, settings]),
);
const shapes: Record<string, z.ZodType> = Object.assign(
  {},
  ...Object.values(readBy).map(({ shape }) => shape),
);

const rows = readme
  .split('## Settings')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  // A row for the ports of all services, or for their addresses, is of no setting alone.
  .filter((line) => !line.includes(' and so on |'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .flatMap(([, names = '', standard = '', of = '']) =>
    names
      .split(', ')
      .map((name) => [name.replaceAll('`', ''), standard.replaceAll('`', ''), of] as const),
  ) as (readonly [name: string, standard: string, of: string])[];

const ofNpmStart = ['DATA_DIR', 'EMBEDDED_MONGODB'];

test('the README’s table of errors names every code that a client can get', () => {
  const table = readme.split('## Errors')[1]?.split('\n## ')[0] ?? '';
  const named = [...table.matchAll(/`([A-Z_]+)`(?=[^|]*\|[^|]*\|[^|]*\|)/g)].map(
    ([, code]) => code,
  );
  expect(new Set(named)).toEqual(new Set([...clientCodes, 'INTERNAL_SERVER_ERROR']));
});

test('the README’s picture has an arrow from each service to each one that it asks', () => {
  const [, picture = ''] = readme.split('flowchart LR');
  const hasArrow = (from: string, to: string) =>
    new RegExp(`^ *${from} <?-- ".*" --> ${to}\\b`, 'm').test(picture);
  // The gateway's arrows are written by `npm run services:write`.
  const asks = serviceNames
    .filter((name) => name !== 'gateway')
    .flatMap((from) =>
      serviceNames
        .filter((to) => urlSetting(to) in parts[from].settings.shape)
        .map((to) => [from, to]),
    );
  expect(asks).toContainEqual(['order', 'travel']);
  const missing = asks.filter(
    ([from = '', to = '']) => !hasArrow(from, to === 'sandbox' ? 'provider' : to),
  );
  expect(missing).toEqual([]);
});

describe('the README’s table of settings', () => {
  test('names every setting that more than one process reads, or that a person sets first', () => {
    const ofServices = serviceNames.flatMap((name) => [portSetting(name), urlSetting(name)]);
    const named = new Set<string>([...rows.map(([name]) => name), ...ofServices]);
    const shared = Object.keys(shapes).filter(
      (name) => Object.values(readBy).filter(({ shape }) => name in shape).length > 1,
    );
    expect(shared.filter((name) => !named.has(name))).toEqual([]);
    expect(
      Object.keys(shapes).filter(
        (name) => /PORT$|_AFTER$|_EVERY$|^JWT|^MAX_(NIGHTS|DAYS)/.test(name) && !named.has(name),
      ),
    ).toEqual(['QUERY_WAITING_AFTER']);
  });

  test.each(serviceNames)('%s listens and is found where its table of processes says', (name) => {
    const { port } = services[name];
    if (name !== 'gateway') expect(shapes[portSetting(name)]?.parse(undefined)).toBe(port);
    for (const { shape } of Object.values(readBy)) {
      const url = (shape as Record<string, z.ZodType>)[urlSetting(name)]?.safeParse(undefined).data;
      if (url !== undefined) expect(url).toBe(`http://127.0.0.1:${port}`);
    }
  });

  test.each(
    rows.filter(([name]) => !ofNpmStart.includes(name)),
  )('%s stands on %j', (name, standard) => {
    const settings = Object.values(readBy).flatMap(({ shape }) => shape[name as never] ?? []);
    const standing = (settings as z.ZodType[]).map((setting) => [
      setting.safeParse(undefined).data,
      setting.safeParse(standard).data,
    ]);
    expect(standing.length).toBeGreaterThan(0);
    if (!standard) expect(standing.flatMap(([data = []]) => data)).toEqual([]);
    // A process may also do without what another has a default for.
    else expect(standing.some(([data]) => data !== undefined)).toBe(true);
    for (const [data, read] of standing)
      if (standard && data !== undefined) expect(fromRoot(data)).toEqual(read);
  });
});

/** A file of the repository by its place in it, as the README names it. */
function fromRoot(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(fileURLToPath(root), '') : value;
}

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
const namesOfFiles = new Set(tracked.map((file) => basename(file)));
const pages = tracked
  .filter((file) => file.endsWith('.md') && !file.startsWith('schema/check/'))
  .filter((file) => existsSync(new URL(file, root)))
  .map((file) => [file, readFileSync(new URL(file, root), 'utf8')] as const);

test.each(pages)('the links of %s lead somewhere', (file, text) => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path as string);
  expect(links.filter((path) => !existsSync(new URL(path, new URL(file, root))))).toEqual([]);
});

// The task pages name files that are still to be written.
test.each(
  pages.filter(([file]) => !file.startsWith('docs/tasks/')),
)('the files of the code that %s names are there', (_file, text) => {
  const named = [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, path]) => path as string);
  const isThere = (path: string) =>
    path.includes('/')
      ? tracked.some((file) => file === path || file.endsWith(`/${path}`))
      : namesOfFiles.has(path);
  expect(named.filter((path) => !/^(NNNN|x)-/.test(path) && !isThere(path))).toEqual([]);
});

test.each(
  [...readme.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script as string),
)('the README’s command npm run %s is there', (script) => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  expect(scripts).toHaveProperty([script]);
});
