import { isRefused } from '../../../runtime/refusal.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import type { Money } from '../domain/money.ts';
import { nightsToPrice } from '../domain/night-prices.ts';
import type { HostRefusal } from '../domain/refusal.ts';
import { homestayUnknown } from './edit-homestay.ts';

export type SetNightPricesNeeds = {
  homestaysByIds(ids: readonly string[]): Promise<Homestay[]>;
  shopsByIds(ids: readonly string[]): Promise<HomestayShop[]>;
  setNightPrices(homestayId: string, nights: readonly string[], price: Money | null): Promise<void>;
};

/**
 * Gives the nights of a range a price of their own, for orders placed from now on, or takes it
 * away.
 */
export async function setNightPrices(
  needs: SetNightPricesNeeds,
  hostId: string,
  input: { homestayId: string; from: string; to: string; price: Money | null },
): Promise<Homestay | HostRefusal> {
  const [homestay] = await needs.homestaysByIds([input.homestayId]);
  const [shop] = homestay ? await needs.shopsByIds([homestay.shopId]) : [];
  if (!homestay || shop?.hostId !== hostId) return homestayUnknown();
  const nights = nightsToPrice(homestay, input);
  if (isRefused(nights)) return nights;
  await needs.setNightPrices(homestay.id, nights, input.price);
  return homestay;
}
