import type { CatalogueRecord, ShopRow } from '../domain/catalogue.ts';

/** What a reader makes of a row: a record, or why it is none. */
export type RowContent =
  | {
      record: CatalogueRecord;
      /** The shop that a homestay's row describes along with it, again on each row of the shop. The first one counts. */
      shop?: ShopRow;
    }
  | { problem: string };

/** A row and the line it begins on. */
export type ReadRow = { line: number } & RowContent;

/** A file that cannot be imported at all; its message is for the person who gave it. */
export class ImportRefused extends Error {
  override name = 'ImportRefused';
}
