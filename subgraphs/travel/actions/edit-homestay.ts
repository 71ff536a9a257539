import { editHomestay as decide, type HomestayEdit } from '../domain/edit-homestay.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import { type HostRefusal, refuseHost } from '../domain/refusal.ts';

export type EditHomestayNeeds = {
  changeHomestay(
    id: string,
    decide: (homestay: Homestay, shop: HomestayShop) => Homestay | HostRefusal,
  ): Promise<Homestay | HostRefusal | null>;
};

/** Changes a homestay of the host's own shop. For anybody else it does not exist. */
export async function editHomestay(
  needs: EditHomestayNeeds,
  hostId: string,
  { homestayId, ...edit }: HomestayEdit & { homestayId: string },
): Promise<Homestay | HostRefusal> {
  const changed = await needs.changeHomestay(homestayId, (homestay, shop) =>
    shop.hostId === hostId ? decide(homestay, edit, shop) : homestayUnknown(),
  );
  return changed ?? homestayUnknown();
}

export const homestayUnknown = (): HostRefusal =>
  refuseHost('HOMESTAY_UNKNOWN', undefined, { path: ['input', 'homestayId'] });
