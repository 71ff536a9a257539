import { expect, test } from '@jest/globals';
import { globalId, keyOfId, keyOfReference, typeOfId } from './global-id.ts';

test('an id names its type and its key', () => {
  const id = globalId('Homestay', 'canal-house');
  expect(typeOfId(id)).toBe('Homestay');
  expect(keyOfId('Homestay', id)).toBe('canal-house');
});

test('a plain key serves where the type is known, the id of another type never', () => {
  expect(keyOfId('Homestay', 'canal-house')).toBe('canal-house');
  expect(keyOfId('Homestay', globalId('HomestayShop', 'canal-house'))).toBeNull();
  expect(keyOfId('Homestay', globalId('HomestayComment', 'c'))).toBeNull();
});

test.each(['', 'canal-house', ':x'])('"%s" is no id', (text) => {
  expect(typeOfId(text)).toBeNull();
});

test('a reference names its thing by id or by number', () => {
  expect(keyOfReference('Payment', { sn: 'PMT1' })).toBe('PMT1');
  expect(keyOfReference('Payment', { id: 'Payment:PMT1' })).toBe('PMT1');
  expect(keyOfReference('Payment', { id: 'Refund:RFD1' })).toBeNull();
});
