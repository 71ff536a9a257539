import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

type Locked = { version?: string; license?: string; dev?: boolean };
type Advisory = { package: string; versions: string[]; advisory: string };

const readJson = (path: string) =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as unknown;
const { packages } = readJson('../package-lock.json') as { packages: Record<string, Locked> };
const advisories = readJson('minimum-versions.json') as Advisory[];

const locked = Object.entries(packages)
  .filter(([path]) => path.includes('node_modules/'))
  .map(([path, one]) => ({ name: path.split('node_modules/').pop() as string, ...one }));

const numbers = (version: string) => version.split(/[.-]/).map(Number);

/** Whether a version has what the first of its line of versions has that mends a fault. */
function isMended(version: string, minimums: readonly string[]): boolean {
  const [major = 0, minor = 0, patch = 0] = numbers(version);
  const lines = minimums.map(numbers).map(([a = 0, b = 0, c = 0]) => ({ a, b, c }));
  const newest = lines.at(-1);
  if (!newest) return false;
  const isAtLeast = ({ a, b, c }: { a: number; b: number; c: number }) =>
    major !== a ? major > a : minor !== b ? minor > b : patch >= c;
  if (isAtLeast(newest)) return true;
  // Several lines of one major version are mended each; else a major version is a line.
  const byMinor = new Set(lines.map(({ a }) => a)).size < lines.length;
  return lines.some(
    (line) => line.a === major && (!byMinor || line.b === minor) && isAtLeast(line),
  );
}

test.each(advisories)('$package is mended against $advisory', ({ package: name, versions }) => {
  const there = locked.filter((one) => one.name === name).map(({ version = '' }) => version);
  expect(there.length).toBeGreaterThan(0);
  expect(there.filter((version) => !isMended(version, versions))).toEqual([]);
});

test.each([
  ['2.9.5', true],
  ['2.9.4', false],
  ['2.10.3', false],
  ['2.12.1', true],
  ['2.14.4', true],
  ['3.0.0', true],
  ['1.9.9', false],
])('where lines of versions are mended each, %s is: %j', (version, mended) => {
  expect(isMended(version, ['2.9.5', '2.10.4', '2.12.1'])).toBe(mended);
});

test.each([
  ['5.2.4', true],
  ['5.9.0', true],
  ['7.0.0', false],
  ['8.17.0', false],
  ['8.23.0', true],
])('where major versions are mended each, %s is: %j', (version, mended) => {
  expect(isMended(version, ['5.2.4', '7.5.10', '8.17.1'])).toBe(mended);
});

/** Those that ask nothing of who runs the product but to keep their notices. */
const permissive =
  /^\(?(MIT|Apache-2\.0|ISC|0BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|MIT-0|Python-2\.0|WTFPL)\b/;
/** The ones that `docs/licences.md` speaks of. */
const ofElastic = [
  ...['@apollo/composition', '@apollo/federation-internals', '@apollo/gateway'],
  ...['@apollo/query-graphs', '@apollo/query-planner'],
];

test('what runs in production is under a permissive licence, but for what the page of licences names', () => {
  const production = locked.filter(({ dev }) => !dev);
  expect(production.length).toBeGreaterThan(100);
  const others = production
    .filter(({ license = '' }) => !permissive.test(license))
    .map(({ name, license }) => `${name}: ${license}`);
  expect([...new Set(others)].sort()).toEqual(
    [...ofElastic.map((name) => `${name}: Elastic-2.0`), 'ical.js: MPL-2.0'].sort(),
  );
});

test('the page of licences names each package that asks more', () => {
  const licences = readFileSync(new URL('../docs/licences.md', import.meta.url), 'utf8');
  for (const name of [...ofElastic, 'ical.js', 'Elastic', 'MPL-2.0'])
    expect(licences).toContain(name);
});

type PackageFile = Record<'dependencies' | 'devDependencies', Record<string, string>>;
const direct = readJson('../package.json') as PackageFile;
const page = readFileSync(new URL('../docs/dependencies.md', import.meta.url), 'utf8');
const isDirect = (name: string) => name in direct.dependencies || name in direct.devDependencies;

/** The packages of a row: one without a scope may be of the scope of the one before. */
function packagesIn(cell: string): string[] {
  let scope = '';
  return cell.split(', ').map((name) => {
    scope = /^@[^/]+\//.exec(name)?.[0] ?? scope;
    return !name.startsWith('@') && isDirect(scope + name) ? scope + name : name;
  });
}

const underHeading = (heading: string): string[] =>
  (page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| package'))
    .flatMap((line) => packagesIn(line.split(' | ')[0]?.slice(2) ?? ''));

const [whatRuns, whatTests, ofSchema] = [
  underHeading('What runs'),
  underHeading("What tests, and what only a developer's machine runs"),
  underHeading('The schema'),
];

test('the page of dependencies has every direct one, and no other', () => {
  const named = [...whatRuns, ...whatTests, ...ofSchema].sort();
  // Types come with the package that they are of.
  const all = Object.keys({ ...direct.dependencies, ...direct.devDependencies });
  expect(named).toEqual(all.filter((name) => !name.startsWith('@types/')).sort());
});

test('it tells what runs in production from what only tests', () => {
  expect(whatRuns.filter((name) => !(name in direct.dependencies))).toEqual([]);
  expect(whatTests.filter((name) => !(name in direct.devDependencies))).toEqual([]);
});
