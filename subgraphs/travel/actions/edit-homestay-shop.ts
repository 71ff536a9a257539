import { allRefused } from '../../../runtime/refusal.ts';
import { wrongText } from '../domain/edit-homestay.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import { type HostRefusal, refuseHost } from '../domain/refusal.ts';
import { storedText } from '../domain/text-fault.ts';

export type EditHomestayShopNeeds = {
  changeShop(
    id: string,
    decide: (shop: HomestayShop) => HomestayShop | HostRefusal,
  ): Promise<HomestayShop | HostRefusal | null>;
};

/** What a host may change of a shop. What is left out stays. */
export type ShopEdit = Partial<Pick<HomestayShop, 'name' | 'info' | 'open'>>;

/**
 * Changes a shop of the host's own: opens it, closes it, renames it. For anybody else it does not
 * exist.
 */
export async function editHomestayShop(
  needs: EditHomestayShopNeeds,
  hostId: string,
  { shopId, ...edit }: ShopEdit & { shopId: string },
): Promise<HomestayShop | HostRefusal> {
  const changed = await needs.changeShop(shopId, (shop) => {
    if (shop.hostId !== hostId) return shopUnknown();
    const name = storedText(edit.name ?? shop.name);
    const info = storedText(edit.info ?? shop.info);
    const wrong = [...wrongText('name', name), ...wrongText('info', info)];
    return allRefused(wrong) ?? { ...shop, name, info, open: edit.open ?? shop.open };
  });
  return changed ?? shopUnknown();
}

const shopUnknown = (): HostRefusal =>
  refuseHost('SHOP_UNKNOWN', undefined, { path: ['input', 'shopId'] });
