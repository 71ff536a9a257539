import { expect, test } from '@jest/globals';
import { always, documentDoor } from '../../../runtime/document-door.ts';
import { storedBy } from '../../../testing/stored/insert-stored.ts';
import type { Homestay } from '../domain/homestay.ts';
import { type HomestayDocument, homestayFields, toHomestay } from './homestay-document.ts';

const stored = storedBy('2026-11', 'travel').homestays?.documents as unknown as HomestayDocument[];

test('a homestay of the first release has every field of today', () => {
  expect(stored.length).toBeGreaterThan(0);
  for (const homestay of stored.map(toHomestay)) {
    const missing = Object.keys(homestayFields).filter((field) => !(field in homestay));
    expect(missing).toEqual([]);
  }
});

test('a field that is always there really is in the first release', () => {
  for (const [field, value] of Object.entries(homestayFields))
    if (value === always) for (const document of stored) expect(document).toHaveProperty(field);
});

test('a homestay of the first release has a field of the next release, by its default', () => {
  const next = documentDoor<Homestay & { petsAllowed: boolean }, 'id'>({
    key: 'id',
    fields: { ...homestayFields, petsAllowed: false },
  });
  for (const document of stored)
    expect(next.fromDocument(document as never)).toMatchObject({ petsAllowed: false });
});
