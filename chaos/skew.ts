/**
 * Loaded before a process: its clock is ahead by CHAOS_SKEW_MS, or behind if that is negative, as on a
 * machine without time synchronisation.
 */
const RealDate = Date;
const ahead = Number(process.env.CHAOS_SKEW_MS);

class SkewedDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(RealDate.now() + ahead);
    else super(...(given as [number]));
  }
  static override now(): number {
    return RealDate.now() + ahead;
  }
}
globalThis.Date = SkewedDate as DateConstructor;
