import { expect, test } from '@jest/globals';
import { compileProgress, downloadProgress } from './progress.ts';

const saying = () => {
  const said: string[] = [];
  return { said, say: (line: string) => said.push(line) };
};

test('a build says how far it is, at most once in five points', () => {
  const { said, say } = saying();
  const read = compileProgress(say);
  read('    Updating the index');
  read('   Compiling mimalloc v0.1.52');
  for (let done = 0; done <= 245; done++)
    read(`    Building [=====>      ] ${done}/245: secantus-storage, ring(build)`);
  expect(said).toHaveLength(21);
  expect(said[0]).toBe('MongoDB: building SecantusDB, 0 % (0 of 245 parts)');
  expect(said[10]).toBe('MongoDB: building SecantusDB, 50 % (123 of 245 parts)');
  expect(said.at(-1)).toBe('MongoDB: building SecantusDB, 100 % (245 of 245 parts)');
});

test('a build that goes on where it was interrupted begins with what is done', () => {
  const { said, say } = saying();
  compileProgress(say)('    Building [=====>      ] 200/245: wt');
  expect(said).toEqual(['MongoDB: building SecantusDB, 81 % (200 of 245 parts)']);
});

test('a download says how far it is', () => {
  const { said, say } = saying();
  const read = downloadProgress(say);
  read('Downloading MongoDB "8.2.6": 3.4% (3.1mb / 91.2mb)');
  read('Downloading MongoDB "8.2.6": 52% (47.4mb / 91.2mb)');
  read('Downloading MongoDB "8.2.6": 53.1% (48.4mb / 91.2mb)');
  expect(said).toEqual(['MongoDB: downloading mongod, 3 %', 'MongoDB: downloading mongod, 52 %']);
});
