import type { CatalogueRecord, ShopRow } from '../domain/catalogue.ts';

/** What a reader makes of a row: a record, or the reason why it can't be used. */
export type RowContent =
  | {
      record: CatalogueRecord;
      /**
       * The shop that a homestay's row describes too. Each row of a shop repeats it; the first one
       * counts.
       */
      shop?: ShopRow;
    }
  | { problem: string };

/** A row and the line it begins on. */
export type ReadRow = { line: number } & RowContent;

/** A file that can't be imported at all. The message is for the person who started the import. */
export class ImportRefused extends Error {
  override name = 'ImportRefused';
}
