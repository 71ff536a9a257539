/** A calendar of another booking site whose nights are blocked here. */
export type ImportedCalendar = {
  /** Of the homestay and the address. */
  id: string;
  homestayId: string;
  url: string;
  /** When it was last read as a whole. */
  readAt?: Date;
  /** Why it could not be read the last time. */
  failure?: string;
  nights: number;
  /** From when on it is to be read again. */
  nextReadAt: Date;
};

/** A homestay has so many at most. */
export const maxCalendars = 10;

/** How often a calendar is read. */
export const readAgainAfterMs = 15 * 60_000;
