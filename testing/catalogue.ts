import type { Database } from '../runtime/mongo.ts';
import type { CommentRow, HomestayRow, ShopRow } from '../subgraphs/travel/domain/catalogue.ts';
import { openCatalogueWriter } from '../subgraphs/travel/store/catalogue-writer.ts';
import { host } from './tokens.ts';

export const aShop = (row: Partial<ShopRow> = {}): ShopRow => ({
  id: 'shop',
  name: 'A shop',
  info: '',
  hostId: host.id,
  open: true,
  ...row,
});

export const aHomestay = (row: Partial<HomestayRow> = {}): HomestayRow => ({
  id: 'homestay',
  shopId: 'shop',
  title: 'A homestay',
  subTitle: '',
  info: '',
  banner: null,
  images: [],
  amenities: [],
  city: 'Beijing',
  neighbourhood: null,
  latitude: null,
  longitude: null,
  timeZone: 'Asia/Shanghai',
  capacity: 2,
  minimumNights: 1,
  maximumNights: null,
  price: { amount: 10_000, currency: 'CNY' },
  marketPrice: null,
  soldPerPerson: false,
  foodPrice: null,
  onShelf: true,
  preferred: false,
  arrivedAt: new Date('2026-01-01T00:00:00Z'),
  importedRating: null,
  ...row,
});

export const aComment = (row: Partial<CommentRow> = {}): CommentRow => ({
  id: 'comment',
  homestayId: 'homestay',
  author: 'A guest',
  stars: 5,
  content: 'Very good.',
  createdAt: new Date('2026-06-01T00:00:00Z'),
  ...row,
});

/** The homestays that a test system starts with: `home-0`, `home-1`, … */
export const homestayIds = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => `home-${number}`);

/** Adds these homestays, all of one shop of the host's, for four guests and 100 yuan a night. */
export async function addHomestays(travel: Database, count: number): Promise<void> {
  const writer = openCatalogueWriter(travel);
  const homestay = homestayIds(count).map((id) =>
    aHomestay({ id, title: `Lake house ${id}`, city: 'Hangzhou', capacity: 4 }),
  );
  await writer.write({ shop: [aShop()], homestay });
}
