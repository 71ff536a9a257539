import type { Db } from 'mongodb';

/** A person, and the serial numbers by which other services keep what is theirs. */
export type Person = { id: string; serialNumbers: readonly string[] };

/** What a service keeps of a person, by collection. */
export type Kept = Record<string, { _id: unknown }[]>;

/**
 * How a service gives and erases what it keeps of a person. Each subgraph exports one by the name
 * `personalData`, in `store/personal-data.ts`.
 */
export type PersonalData = {
  /** The serial numbers by which other services keep what is theirs. */
  serialNumbers?: (userId: string) => Promise<string[]>;
  /** What has not ended and needs to know whose it is: until then nothing can be erased. */
  openWork?: (userId: string) => Promise<string[]>;
  /** All that is stored of them. */
  export: (person: Person) => Promise<Kept>;
  /**
   * Takes away what is theirs, and puts a pseudonym in the place of their name. May be stopped and
   * run again. Returns how many of what were changed.
   */
  erase: (person: Person, pseudonym: string) => Promise<Record<string, number>>;
};

/**
 * Whether a service keeps anything of a person, by collection: what `personalData` exports and
 * erases. A new collection without a row does not compile. Each subgraph exports one by the name
 * `keepsOfPersons`, in `store/personal-data.ts`.
 */
export type KeepsOfPersons<Collections> = Readonly<Record<keyof Collections, boolean>>;

export type OpenPersonalData = (db: Db) => PersonalData;
