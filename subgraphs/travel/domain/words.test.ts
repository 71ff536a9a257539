import { expect, test } from '@jest/globals';
import { searchWords, wordsOf } from './words.ts';

test('words are split at spaces and punctuation and compared without case or width', () => {
  expect(wordsOf('  Old　Ｔｏｗｎ\nÉTÉ, 5" from the sea')).toEqual([
    'old',
    'town',
    'été',
    '5',
    'from',
    'the',
    'sea',
  ]);
  expect(wordsOf(' .*$ ')).toEqual([]);
});

test('a text is indexed by its words, each once', () => {
  expect(searchWords(['Lake house', null, 'house by the Lake'])).toEqual([
    'by',
    'house',
    'lake',
    'the',
  ]);
});

test('a word in a script without spaces is indexed from each of its characters', () => {
  expect(searchWords(['西湖小院'])).toEqual(['小院', '湖小院', '西湖小院', '院']);
});
