import type { ServiceClient } from '../../../runtime/service-client.ts';

/** Homestays as they are to be ordered for a stay, by the variables that hold both. */
export function toOrder(
  representations: string,
  { from, to, priced }: Record<'from' | 'to' | 'priced', string>,
): string {
  return `_entities(representations: ${representations}) {
    ... on Homestay {
      id title subTitle banner city timeZone capacity minimumNights maximumNights soldPerPerson onShelf
      price { amount currency } foodPrice { amount currency }
      nightPrices(from: ${from}, to: ${to}) @include(if: ${priced}) { night price { amount } }
      shop { id hostId open }
    }
  }`;
}

/**
 * What is asked, by name. The schema check holds every change of the travel service against it. By
 * reference: travel's public queries leave out what is not offered, but a refusal has to tell why.
 */
export const operations = {
  HomestayToOrder: `query HomestayToOrder(
  $representations: [_Any!]!, $from: LocalDate!, $to: LocalDate!, $priced: Boolean!
) {
  ${toOrder('$representations', { from: '$from', to: '$to', priced: '$priced' })}
}`,
  ShopOfWebhook: `query ShopOfWebhook($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on HomestayShop { id hostId } }
}`,
  ShopToNotify: `query ShopToNotify($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on HomestayShop { id hostId hostEmail } }
}`,
};

type ShopToNotify = { hostId: string; hostEmail: string | null };

/** What we ask of the travel service about shops. */
export function travelClient({ ask }: ServiceClient) {
  async function shop<Fields>(operation: string, id: string): Promise<Fields | null> {
    const representations = [{ __typename: 'HomestayShop', id }];
    const { _entities } = await ask<{ _entities: [Fields | null] }>(operation, { representations });
    return _entities[0];
  }
  return {
    /** A shop's host; null if travel knows no such shop. */
    hostOfShop: async (id: string): Promise<string | null> =>
      (await shop<{ hostId: string }>(operations.ShopOfWebhook, id))?.hostId ?? null,

    /**
     * A shop's host, and where they get mail of new bookings, null if they want none; null if
     * travel knows no such shop.
     */
    shopToNotify: (id: string) => shop<ShopToNotify>(operations.ShopToNotify, id),
  };
}
