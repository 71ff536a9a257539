import { expect, test } from '@jest/globals';
import { always, documentDoor } from './document-door.ts';

type Boat = { name: string; crew: number; flag: string | null; paint?: string };

const first = documentDoor<Boat, 'name', { searchText: string }>({
  key: 'name',
  fields: { crew: always, flag: always },
  inner: ['searchText'],
});

/** The same collection one version later: boats have sails, and a crew is people. */
type NewBoat = { name: string; people: number; flag: string | null; sails: number };
const second = documentDoor<NewBoat, 'name'>({
  key: 'name',
  fields: { people: always, flag: always, sails: 2 },
  version: 2,
  upgrades: { 1: ({ crew, ...old }) => ({ ...old, people: crew }) },
});

const boat: Boat = { name: 'Aurora', crew: 4, flag: null };

test('an entity comes back as it was stored', () => {
  const document = first.toDocument(boat, { searchText: 'aurora' });
  expect(document).toEqual({
    _id: 'Aurora',
    schemaVersion: 1,
    crew: 4,
    flag: null,
    searchText: 'aurora',
  });
  expect(first.fromDocument(document)).toEqual(boat);
});

test('a document without a version is of the first version', () => {
  const old = { _id: 'Aurora', crew: 4, flag: null };
  expect(second.fromDocument(old as never)).toEqual({
    name: 'Aurora',
    people: 4,
    flag: null,
    sails: 2,
  });
});

test('a field that is missing gets its default, and one that is there keeps its value', () => {
  const stored = { _id: 'Aurora', schemaVersion: 2, people: 4, flag: null };
  expect(second.fromDocument(stored as never)).toHaveProperty('sails', 2);
  expect(second.fromDocument({ ...stored, sails: 0 })).toHaveProperty('sails', 0);
});

test('upgrades run one after the other, from the version of the document', () => {
  const third = documentDoor<{ name: string; steps: string[] }, 'name'>({
    key: 'name',
    fields: { steps: [] },
    version: 3,
    upgrades: {
      1: (old) => ({ ...old, steps: [...(old.steps as string[]), '1 to 2'] }),
      2: (old) => ({ ...old, steps: [...(old.steps as string[]), '2 to 3'] }),
    },
  });
  const read = (schemaVersion: number) =>
    third.fromDocument({ _id: 'a', schemaVersion, steps: [] }).steps;
  expect([read(1), read(2), read(3)]).toEqual([['1 to 2', '2 to 3'], ['2 to 3'], []]);
});

test('a document of a newer version is read with what this version knows of it', () => {
  const newer = { _id: 'Aurora', schemaVersion: 7, crew: 4, flag: null, keel: 'long' };
  expect(first.fromDocument(newer as never)).toMatchObject(boat);
});

test('a new field needs a row that says what old documents have', () => {
  documentDoor<Boat & { sails: number }, 'name'>({
    key: 'name',
    // @ts-expect-error the row for sails is missing
    fields: { crew: always, flag: always },
  });
});
