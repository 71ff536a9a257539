import type { Homestay } from './homestay.ts';
import type { HomestayComment } from './homestay-comment.ts';
import type { HomestayShop } from './homestay-shop.ts';

export type ShopRow = HomestayShop;
export type CommentRow = HomestayComment;
/** What a catalogue says of a homestay; what follows from the rest of the catalogue is not part of it. */
export type HomestayRow = Omit<Homestay, 'arrivedAt' | 'rating' | 'bookable'> & {
  /** Null keeps what is known, or else takes the time of the import. */
  arrivedAt: Date | null;
  /** Average stars as the source gives them; holds while there are no comments of our own. */
  importedRating: number | null;
};

export type CatalogueRecord =
  | { kind: 'shop'; row: ShopRow }
  | { kind: 'homestay'; row: HomestayRow }
  | { kind: 'comment'; row: CommentRow };
export type RecordKind = CatalogueRecord['kind'];
