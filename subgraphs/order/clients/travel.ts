import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { Homestay, HomestaySnapshot } from '../domain/order.ts';

/**
 * What is asked, by name. The schema check holds every change of the travel service against it.
 * By reference: travel's public queries leave out what is not offered, but a refusal has to tell why.
 */
export const operations = {
  HomestayToOrder: `query HomestayToOrder($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Homestay {
      id title subTitle banner city timeZone capacity minimumNights soldPerPerson onShelf
      price { amount currency } foodPrice { amount currency }
      shop { id hostId open }
    }
  }
}`,
};

type Answer = {
  _entities: [
    | (Omit<HomestaySnapshot, 'shopId' | 'hostId'> & {
        id: string;
        capacity: number;
        minimumNights: number;
        onShelf: boolean;
        shop: { id: string; hostId: string; open: boolean };
      })
    | null,
  ];
};

/** A homestay with its current facts and prices; null if travel knows no such homestay. */
export async function homestayToOrder(travel: ServiceClient, id: string): Promise<Homestay | null> {
  const representations = [{ __typename: 'Homestay', id }];
  const [found] = (await travel.ask<Answer>(operations.HomestayToOrder, { representations }))
    ._entities;
  if (!found) return null;
  const { shop, ...facts } = found;
  return { ...facts, shopId: shop.id, hostId: shop.hostId, shopOpen: shop.open };
}
