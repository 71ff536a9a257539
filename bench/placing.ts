import { tokenOf } from './secrets.ts';

/** How many homestays the orders are for. */
export const homestays = 200;
const users = 2_000;
const query = `mutation ($input: CreateHomestayOrderInput!) {
  createHomestayOrder(input: $input) {
    ... on HomestayOrder { sn }
    ... on OrderRefused { reason }
  }
}`;

/** With these nobody is refused for asking too often or for too many unpaid orders. */
export const settings = {
  MAX_UNPAID_ORDERS: '1000000',
  MAX_UNPAID_ORDERS_AT_HOMESTAY: '1000000',
  RATE_LIMIT_PER_USER: '1000000000000',
};

/** Requests that place an order of two nights each, of many travellers in turn. */
export async function requests() {
  const tokens = await Promise.all(
    Array.from({ length: users }, (_, i) => tokenOf(`traveller-${i}`)),
  );
  let asked = 0;
  return {
    headers: () => ({ authorization: `Bearer ${tokens[asked % users]}` }),
    body: () => orderBody(asked++),
  };
}

/** Another stay each time: all homestays, then two nights later. */
function orderBody(number: number): string {
  const day = (days: number) =>
    new Date(Date.now() + (2 + days) * 86_400_000).toISOString().slice(0, 10);
  const first = 2 * Math.floor(number / homestays);
  const input = {
    homestayId: `home-${number % homestays}`,
    ...{ checkIn: day(first), checkOut: day(first + 2), guests: 2 },
    idempotencyKey: `order-${number}`,
  };
  return JSON.stringify({ query, variables: { input } });
}
