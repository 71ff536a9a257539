import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { build } from './build.ts';

const target = mkdtempSync(join(tmpdir(), 'homestay-build-'));
afterAll(() => rmSync(target, { recursive: true }));
build(target);

const { dependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const files = readdirSync(target, { recursive: true, encoding: 'utf8' });
const code = files.filter((name) => name.endsWith('.js'));

/** The embedded system and its MongoDB are for a developer's machine, where every package is. */
const runsInContainers = (name: string) => !name.startsWith('embedded/mongodb/');

/** The packages that a compiled file loads as soon as it is imported. */
function packagesOf(name: string): string[] {
  const text = readFileSync(join(target, name), 'utf8');
  const imports = [...text.matchAll(/^(?:import .*|export .*|\} )from '([^'.][^']*)';$/gm)];
  return imports
    .map(([, path = '']) => path)
    .filter((path) => !path.startsWith('node:') && !builtinModules.includes(path))
    .map((path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
}

test('the compiled processes load only production dependencies', () => {
  const loaded = new Set(code.filter(runsInContainers).flatMap(packagesOf));
  expect(loaded.size).toBeGreaterThan(10);
  expect([...loaded].filter((name) => !(name in dependencies))).toEqual([]);
});

test('tests, benches and TypeScript stay out of an image', () => {
  expect(files.filter((name) => /\.tsx?$|\.test\.|^bench|^testing|^e2e/.test(name))).toEqual([]);
});

test('every process has its program, and the schemas that it reads', () => {
  const programs = ['gateway/main.js', 'subgraphs/order/main.js'];
  // Nothing imports that of a thread.
  const ofThreads = ['gateway/execution/planning-program.js'];
  expect(code).toEqual(expect.arrayContaining([...programs, ...ofThreads]));
  expect(files).toEqual(
    expect.arrayContaining([
      'schema/supergraph.graphql',
      'schema/contracts/partner.graphql',
      'package.json',
    ]),
  );
});
