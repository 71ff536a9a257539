import type { Homestay } from './homestay.ts';
import type { HomestayComment } from './homestay-comment.ts';
import type { HomestayShop } from './homestay-shop.ts';

/** What a catalogue says about a shop. Its host's wishes are not part of it. */
export type ShopRow = Omit<HomestayShop, 'notices'>;
export type CommentRow = HomestayComment;
/** What a catalogue says about a homestay. What follows from other documents is not part of it. */
export type HomestayRow = Omit<Homestay, 'arrivedAt' | 'rating' | 'bookable'> & {
  /** Null keeps the stored instant; a new homestay gets the time of the import. */
  arrivedAt: Date | null;
  /** The source's average stars. They count as long as there are no comments of our own. */
  importedRating: number | null;
};

export type CatalogueRecord =
  | { kind: 'shop'; row: ShopRow }
  | { kind: 'homestay'; row: HomestayRow }
  | { kind: 'comment'; row: CommentRow };
export type RecordKind = CatalogueRecord['kind'];
