import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whoever imports this needs a database, so it is no unit test. */
const database = 'testing/database.ts';

const importsIn = /(?:from|import) '(\.[^']+\.ts)'/g;

/**
 * All files that a file imports, directly or not, itself included. A program that a test writes may
 * import others, from elsewhere.
 */
export function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file) || !existsSync(file)) return reached;
  reached.add(file);
  for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(importsIn))
    reachedFrom(join(dirname(file), to), reached);
  return reached;
}

/** The TypeScript files of a folder, or the one file that is named. */
export const filesOf = (path: string): string[] =>
  path.endsWith('.ts')
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(path, name))
        .sort();

const isTest = (file: string) => file.endsWith('.test.ts');

/** The files of a folder that are to be mutated: neither tests nor generated. */
export const sourcesOf = (path: string): string[] =>
  filesOf(path).filter((file) => !isTest(file) && !file.endsWith('generated.ts'));

/**
 * The unit tests of each source: those of the same part of the product that reach it and no
 * database. The test beside it comes first.
 * @param part the folder that the tests are looked for in, such as `subgraphs/order`
 */
export function unitTestsOf(part: string): (source: string) => string[] {
  const tests = filesOf(part)
    .filter(isTest)
    .map((test) => ({ test, reached: reachedFrom(test) }))
    .filter(({ reached }) => !reached.has(database));
  return (source) => {
    const beside = source.replace(/\.ts$/, '.test.ts');
    const reaching = tests.filter(({ reached }) => reached.has(source)).map(({ test }) => test);
    return reaching.sort((a, b) => Number(b === beside) - Number(a === beside));
  };
}
