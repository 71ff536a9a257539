import { allRefused } from '../../../runtime/refusal.ts';
import { maxAmenities, storedAmenities } from './amenities.ts';
import { type Homestay, isBookable } from './homestay.ts';
import type { HomestayShop } from './homestay-shop.ts';
import { type GivenImage, isImageUrl, maxImages } from './image.ts';
import { type Money, maxPrice } from './money.ts';
import { type HostRefusal, refuseHost } from './refusal.ts';
import { storedText, textBounds, textFault } from './text-fault.ts';

/**
 * What a host may change of a homestay. What is left out stays; null takes away what may be absent.
 */
export type HomestayEdit = Partial<
  Pick<
    Homestay,
    | 'title'
    | 'subTitle'
    | 'info'
    | 'neighbourhood'
    | 'capacity'
    | 'minimumNights'
    | 'maximumNights'
    | 'price'
    | 'marketPrice'
    | 'soldPerPerson'
    | 'foodPrice'
    | 'onShelf'
    | 'images'
    | 'amenities'
  >
>;

const numberBounds = {
  capacity: { min: 1, max: 1_000 },
  minimumNights: { min: 1, max: 10_000 },
  maximumNights: { min: 1, max: 10_000 },
} as const;

const textFields = ['title', 'subTitle', 'info', 'neighbourhood'] as const;
const priceFields = ['price', 'marketPrice', 'foodPrice'] as const;

/** The homestay as it is after an edit, or everything that is wrong with the edit. */
export function editHomestay(
  homestay: Homestay,
  edit: HomestayEdit,
  shop: Pick<HomestayShop, 'open'>,
): Homestay | HostRefusal {
  const texts = Object.fromEntries(
    textFields.flatMap((field) => {
      const text = edit[field];
      return text == null ? [] : [[field, storedText(text)]];
    }),
  );
  const amenities = storedAmenities(edit.amenities ?? homestay.amenities);
  const edited: Homestay = { ...homestay, ...edit, ...texts, amenities };
  const wrong = [
    ...textFields.flatMap((field) => wrongText(field, edited[field])),
    ...Object.entries(numberBounds).flatMap(([field, bounds]) =>
      wrongNumber(field, edited[field as keyof typeof numberBounds], bounds),
    ),
    ...priceFields.flatMap((field) => wrongPrice(field, edited[field], edited.price.currency)),
    ...wrongNights(edited),
    ...wrongImages(edit.images ?? []),
    ...wrongAmenities(edit.amenities ?? []),
  ];
  return allRefused(wrong) ?? { ...edited, bookable: isBookable(edited, shop) };
}

const pathTo = (field: string): string[] => ['input', field];

/** What is wrong with one text of the catalogue. */
export function wrongText(field: keyof typeof textBounds, text: string | null): HostRefusal[] {
  const { max } = textBounds[field];
  const fault = text === null ? null : textFault(text, textBounds[field]);
  if (fault === null) return [];
  const limits = fault === 'TEXT_TOO_LONG' ? { max } : { min: 1 };
  return [refuseHost(fault, undefined, { path: pathTo(field), limits })];
}

function wrongNumber(
  field: string,
  number: number | null,
  { min, max }: { min: number; max: number },
): HostRefusal[] {
  if (number === null || (number >= min && number <= max)) return [];
  const message = `This must be ${min} to ${max}.`;
  return [
    refuseHost('NUMBER_OUT_OF_RANGE', message, { path: pathTo(field), limits: { min, max } }),
  ];
}

/** What is wrong with a price, which must be in the homestay's currency. */
export function wrongPrice(field: string, price: Money | null, currency: string): HostRefusal[] {
  if (price === null) return [];
  const path = pathTo(field);
  if (price.currency !== currency)
    return [refuseHost('CURRENCY_DIFFERS', undefined, { path, limits: { currency } })];
  if (price.amount >= 1 && price.amount <= maxPrice) return [];
  const limits = { min: 1, max: maxPrice, currency };
  return [refuseHost('PRICE_OUT_OF_RANGE', undefined, { path, limits })];
}

function wrongImages(images: readonly GivenImage[]): HostRefusal[] {
  const path = pathTo('images');
  if (images.length > maxImages)
    return [refuseHost('TOO_MANY_IMAGES', undefined, { path, limits: { max: maxImages } })];
  const areRight = images.every(
    ({ url, alt }) => isImageUrl(url) && textFault(alt, textBounds.alt) === null,
  );
  return areRight ? [] : [refuseHost('IMAGE_INVALID', undefined, { path, limits: {} })];
}

function wrongAmenities(amenities: readonly string[]): HostRefusal[] {
  const path = pathTo('amenities');
  if (amenities.length > maxAmenities)
    return [refuseHost('TOO_MANY_AMENITIES', undefined, { path, limits: { max: maxAmenities } })];
  const faults = amenities.flatMap((text) => textFault(storedText(text), textBounds.amenity) ?? []);
  const [fault] = faults;
  if (!fault) return [];
  const limits = fault === 'TEXT_TOO_LONG' ? { max: textBounds.amenity.max } : { min: 1 };
  return [refuseHost(fault, undefined, { path, limits })];
}

function wrongNights({ minimumNights: min, maximumNights }: Homestay): HostRefusal[] {
  if (maximumNights === null || maximumNights >= min) return [];
  const details = { path: pathTo('maximumNights'), limits: { min } };
  return [refuseHost('NIGHTS_CONTRADICT', undefined, details)];
}
