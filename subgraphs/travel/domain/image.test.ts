import { expect, test } from '@jest/globals';
import { isImageUrl } from './image.ts';

test.each([
  ['https://pictures.example/a.jpg', true],
  ['http://pictures.example/a.jpg', false],
  ['javascript:alert(1)', false],
  ['data:image/svg+xml,x', false],
  ['/a.jpg', false],
  [`https://pictures.example/${'x'.repeat(2_000)}`, false],
])('%s is the address of a picture: %s', (url, is) => {
  expect(isImageUrl(url)).toBe(is);
});
