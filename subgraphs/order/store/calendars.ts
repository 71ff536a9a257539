import { createHash } from 'node:crypto';
import { type AnyBulkWriteOperation, MongoBulkWriteError } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { ImportedCalendar } from '../domain/imported-calendar.ts';
import { type NightDocument, nightKey } from './nights.ts';

type CalendarDocument = Omit<ImportedCalendar, 'id'> & { _id: string };

const duplicateKey = 11_000;

/** The outcome of a reading, and when to read again. */
export type Reading = { nextReadAt: Date } & (
  | { readAt: Date; nights: number }
  | { failure: string }
);

/** The calendars that are imported, and the nights that they block. */
export function openCalendars(database: Pick<Database, 'db'>) {
  const calendars = database.db.collection<CalendarDocument>('calendars');
  const nights = database.db.collection<NightDocument>('nights');
  return {
    calendarsOf: async (homestayId: string): Promise<ImportedCalendar[]> =>
      (await calendars.find({ homestayId }).toArray()).map(toCalendar),

    /** Adding one that is there already changes nothing. */
    async addCalendar(homestayId: string, url: string, now: Date): Promise<ImportedCalendar> {
      const _id = calendarIdOf(homestayId, url);
      const fresh = { homestayId, url, nights: 0, nextReadAt: now };
      await calendars.updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true });
      return { id: _id, ...fresh };
    },

    async removeCalendar(homestayId: string, url: string): Promise<void> {
      const _id = calendarIdOf(homestayId, url);
      await calendars.deleteOne({ _id });
      await setNights(_id, homestayId, []);
    },

    dueCalendars: async (now: Date, limit: number): Promise<ImportedCalendar[]> =>
      (
        await calendars
          .find({ nextReadAt: { $lte: now } })
          .limit(limit)
          .toArray()
      ).map(toCalendar),

    /** Takes a calendar that is due, so that no other process reads it now. */
    async takeDueCalendar({ id, nextReadAt }: ImportedCalendar, until: Date): Promise<boolean> {
      const taken = await calendars.updateOne(
        { _id: id, nextReadAt },
        { $set: { nextReadAt: until } },
      );
      return taken.modifiedCount === 1;
    },

    async keepReading(id: string, reading: Reading): Promise<void> {
      const gone = 'failure' in reading ? {} : { $unset: { failure: 1 as const } };
      await calendars.updateOne({ _id: id }, { $set: reading, ...gone });
    },

    /**
     * Makes these the nights that a calendar blocks. Those that orders, hosts or other calendars
     * hold stay with them. Returns how many it blocks.
     */
    setCalendarNights: (calendar: ImportedCalendar, wanted: readonly string[]): Promise<number> =>
      setNights(calendar.id, calendar.homestayId, wanted),
  };

  async function setNights(id: string, homestayId: string, wanted: readonly string[]) {
    const before = await nights.find({ homestayId, calendarId: id }).toArray();
    const keep = new Set(wanted);
    await uncover(id, homestayId, keep);
    const there = new Set(before.map(({ night }) => night));
    const gone = before.filter(({ night }) => !keep.has(night));
    await each(gone, ({ _id }) => ({
      deleteOne: { filter: { _id, homestayId, calendarId: id } },
    }));
    const fresh = wanted.filter((night) => !there.has(night));
    const inserted = await insertFree(id, homestayId, fresh);
    if (inserted < fresh.length) await coverBlocked(id, homestayId, fresh);
    return there.size - gone.length + inserted;
  }

  /** Nights that their host has blocked too are the host's alone, once the calendar leaves them. */
  async function uncover(id: string, homestayId: string, keep: ReadonlySet<string>) {
    const covered = await nights.find({ homestayId, coveredCalendarId: id }).toArray();
    const gone = covered.filter(({ night }) => !keep.has(night));
    const $unset = { coveredCalendarId: '' as const };
    await each(gone, ({ _id }) => ({
      updateOne: { filter: { _id, homestayId, coveredCalendarId: id }, update: { $unset } },
    }));
  }

  /** Nights that their host has blocked stay blocked by the calendar when the host opens them. */
  async function coverBlocked(id: string, homestayId: string, wanted: readonly string[]) {
    const absent = { $exists: false };
    const byHost = { orderSn: absent, calendarId: absent, coveredCalendarId: absent };
    const keys = wanted.map((night) => nightKey(homestayId, night));
    const found = await nights.find({ homestayId, _id: { $in: keys }, ...byHost }).toArray();
    await each(found, ({ _id }) => ({
      updateOne: {
        filter: { _id, homestayId, ...byHost },
        update: { $set: { coveredCalendarId: id } },
      },
    }));
  }

  /** Single writes, because transactions of orders write nights too (docs/decisions/0004). */
  async function each(
    some: readonly NightDocument[],
    write: (night: NightDocument) => AnyBulkWriteOperation<NightDocument>,
  ): Promise<void> {
    if (some.length > 0) await nights.bulkWrite(some.map(write), { ordered: false });
  }

  /** Inserts the nights that nothing holds or blocks. Returns how many. */
  async function insertFree(
    calendarId: string,
    homestayId: string,
    free: readonly string[],
  ): Promise<number> {
    if (free.length === 0) return 0;
    const inserts = free.map((night) => ({
      insertOne: { document: { _id: nightKey(homestayId, night), homestayId, night, calendarId } },
    }));
    try {
      const { insertedCount } = await nights.bulkWrite(inserts, { ordered: false });
      return insertedCount;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError && onlyDuplicates(error))) throw error;
      return error.insertedCount;
    }
  }
}

const onlyDuplicates = ({ writeErrors }: MongoBulkWriteError): boolean =>
  [writeErrors].flat().every(({ code }) => code === duplicateKey);

const calendarIdOf = (homestayId: string, url: string): string =>
  createHash('sha256').update(`${homestayId}\n${url}`).digest('base64url');

const toCalendar = ({ _id, ...calendar }: CalendarDocument): ImportedCalendar => ({
  id: _id,
  ...calendar,
});
