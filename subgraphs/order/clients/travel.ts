import { keyOfId } from '../../../runtime/global-id.ts';
import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { Homestay, HomestaySnapshot, Money } from '../domain/order.ts';
import { nightCount, type Stay } from '../domain/stay.ts';

/**
 * What is asked, by name. The schema check holds every change of the travel service against it. By
 * reference: travel's public queries leave out what is not offered, but a refusal has to tell why.
 */
export const operations = {
  HomestayToOrder: `query HomestayToOrder(
  $representations: [_Any!]!, $from: LocalDate!, $to: LocalDate!, $priced: Boolean!
) {
  _entities(representations: $representations) {
    ... on Homestay {
      id title subTitle banner city timeZone capacity minimumNights maximumNights soldPerPerson onShelf
      price { amount currency } foodPrice { amount currency }
      nightPrices(from: $from, to: $to) @include(if: $priced) { night price { amount } }
      shop { id hostId open }
    }
  }
}`,
  ShopOfWebhook: `query ShopOfWebhook($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on HomestayShop { id hostId } }
}`,
  ShopToNotify: `query ShopToNotify($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on HomestayShop { id hostId hostEmail } }
}`,
};

/** A shop's host; null if travel knows no such shop. */
export async function hostOfShop(travel: ServiceClient, id: string): Promise<string | null> {
  const { _entities } = await travel.ask<{ _entities: [{ hostId: string } | null] }>(
    operations.ShopOfWebhook,
    { representations: [{ __typename: 'HomestayShop', id }] },
  );
  return _entities[0]?.hostId ?? null;
}

/**
 * A shop's host, and where they get mail of new bookings, null if they want none.
 * @returns null if travel knows no such shop
 */
export async function shopToNotify(
  travel: ServiceClient,
  id: string,
): Promise<{ hostId: string; hostEmail: string | null } | null> {
  const { _entities } = await travel.ask<{
    _entities: [{ hostId: string; hostEmail: string | null } | null];
  }>(operations.ShopToNotify, { representations: [{ __typename: 'HomestayShop', id }] });
  return _entities[0] ?? null;
}

type Found = Omit<HomestaySnapshot, 'shopId' | 'hostId'> & {
  id: string;
  capacity: number;
  minimumNights: number;
  maximumNights: number | null;
  onShelf: boolean;
  nightPrices?: { night: string; price: Pick<Money, 'amount'> }[];
  shop: { id: string; hostId: string; open: boolean };
};

/** Travel prices so many nights at once. A longer stay is refused anyway. */
const maxPricedNights = 366;

/**
 * A homestay with its current facts and prices, and what the nights of a stay cost; null if travel
 * knows no such homestay. Dates that make no stay are not priced: ordering refuses them.
 */
export async function homestayToOrder(
  travel: ServiceClient,
  id: string,
  stay?: Stay,
): Promise<Homestay | null> {
  const nights = stay ? nightCount(stay) : 0;
  const priced = nights >= 1 && nights <= maxPricedNights;
  const { _entities } = await travel.ask<{ _entities: [Found | null] }>(
    operations.HomestayToOrder,
    {
      representations: [{ __typename: 'Homestay', id }],
      from: stay?.checkIn ?? unused,
      to: stay?.checkOut ?? unused,
      priced,
    },
  );
  const [found] = _entities;
  if (!found) return null;
  const { shop, nightPrices = [], ...facts } = found;
  return {
    ...facts,
    // A caller asks by key; what travel calls it to the outside is no business of an order.
    id,
    shopId: keyOfId('HomestayShop', shop.id) ?? shop.id,
    hostId: shop.hostId,
    shopOpen: shop.open,
    nightPrices: Object.fromEntries(
      nightPrices
        .filter(({ price }) => price.amount !== facts.price.amount)
        .map(({ night, price }) => [night, price.amount]),
    ),
  };
}

/** Stands for a date where none is asked about. */
const unused = '2000-01-01';
