import { expect, test } from '@jest/globals';
import { amenityKey, storedAmenities } from './amenities.ts';

test('each amenity is kept once, as it was first written', () => {
  expect(storedAmenities([' Wi-Fi', 'Sauna', 'WI-FI ', 'wi-fi'])).toEqual(['Wi-Fi', 'Sauna']);
});

test('an amenity is compared without case and without spaces around it', () => {
  expect(amenityKey(' Sauna ')).toBe(amenityKey('SAUNA'));
  expect(amenityKey('Sauna')).not.toBe(amenityKey('Pool'));
});
