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
