import type { HomestayShop } from './homestay-shop.ts';
import type { GivenImage } from './image.ts';
import type { Money } from './money.ts';

/** A place to stay that is let by the night. */
export type Homestay = {
  id: string;
  shopId: string;
  title: string;
  subTitle: string;
  info: string;
  banner: string | null;
  /** More pictures, in their order. */
  images: readonly GivenImage[];
  /** What it has, in the words of its host: see `storedAmenities`. */
  amenities: readonly string[];
  city: string;
  neighbourhood: string | null;
  latitude: number | null;
  longitude: number | null;
  /** IANA name. Every date of a stay is a date in this zone. */
  timeZone: string;
  /** Guests. */
  capacity: number;
  minimumNights: number;
  /** Null if only the limit of all orders applies. */
  maximumNights: number | null;
  price: Money;
  marketPrice: Money | null;
  soldPerPerson: boolean;
  foodPrice: Money | null;
  onShelf: boolean;
  /** Whether the platform recommends it. */
  preferred: boolean;
  arrivedAt: Date;
  /** Average stars, 1 to 5. */
  rating: number | null;
  /** Whether it can be booked now: see `isBookable`. */
  bookable: boolean;
};

/** A homestay can be booked while it is on the shelf and its shop is open. */
export const isBookable = (
  homestay: Pick<Homestay, 'onShelf'>,
  shop: Pick<HomestayShop, 'open'>,
): boolean => homestay.onShelf && shop.open;
