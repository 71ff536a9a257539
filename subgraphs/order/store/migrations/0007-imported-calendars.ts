import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { count, date, stored, text } from '../../../../runtime/migrations/schema.ts';

/** Calendars of other booking sites, and the nights that each of them blocks. */
export const migration: Migration = {
  async run({ collection }) {
    await collection('calendars', {
      schema: stored(
        { homestayId: text, url: text, nights: count, nextReadAt: date },
        { readAt: date, failure: text },
      ),
      indexes: [
        { key: { homestayId: 1 }, name: 'of_homestay' },
        { key: { nextReadAt: 1 }, name: 'due' },
      ],
    });
    await collection('nights', {
      schema: stored({ homestayId: text, night: text }, { orderSn: text, calendarId: text }),
      indexes: [
        {
          key: { calendarId: 1 },
          name: 'of_calendar',
          partialFilterExpression: { calendarId: { $exists: true } },
        },
      ],
    });
  },
};
