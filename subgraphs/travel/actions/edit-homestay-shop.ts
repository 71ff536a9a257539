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
export type ShopEdit = Partial<Pick<HomestayShop, 'name' | 'info' | 'open'>> & {
  /** Whether they get mail of new bookings. */
  notices?: boolean;
};

/** A host, and their address for mail as their token has it. */
export type Host = { userId: string; email?: string | undefined };

/**
 * Changes a shop of the host's own: opens it, closes it, renames it, or asks for mail of its new
 * bookings. For anybody else it does not exist.
 */
export async function editHomestayShop(
  needs: EditHomestayShopNeeds,
  host: Host,
  { shopId, ...edit }: ShopEdit & { shopId: string },
): Promise<HomestayShop | HostRefusal> {
  const changed = await needs.changeShop(shopId, (shop) => {
    if (shop.hostId !== host.userId) return shopUnknown();
    const name = storedText(edit.name ?? shop.name);
    const info = storedText(edit.info ?? shop.info);
    const wrong = [
      ...wrongText('name', name),
      ...wrongText('info', info),
      ...(edit.notices && !host.email ? [emailUnknown()] : []),
    ];
    const changed = { ...shop, name, info, open: edit.open ?? shop.open };
    return allRefused(wrong) ?? withNotices(changed, host, edit.notices);
  });
  return changed ?? shopUnknown();
}

/** The shop with its host's wish for mail; as it is if they have not said. */
function withNotices(shop: HomestayShop, { userId, email }: Host, wanted?: boolean): HomestayShop {
  if (wanted === undefined) return shop;
  const { notices, ...rest } = shop;
  return wanted && email ? { ...rest, notices: { hostId: userId, email } } : rest;
}

const emailUnknown = (): HostRefusal =>
  refuseHost('EMAIL_UNKNOWN', undefined, { path: ['input', 'notices'] });

const shopUnknown = (): HostRefusal =>
  refuseHost('SHOP_UNKNOWN', undefined, { path: ['input', 'shopId'] });
