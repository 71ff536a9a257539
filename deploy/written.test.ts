import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { projectFile, written } from './written.ts';

test.each(Object.entries(written()))('%s is what the table of services gives', (file, text) => {
  expect(readFileSync(projectFile(file), 'utf8')).toBe(text);
});
