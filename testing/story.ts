import { openCatalogueWriter } from '../subgraphs/travel/store/catalogue-writer.ts';
import { an, host, type TestSystem, type User } from './system.ts';

/** What a test sees of the answer to what it asks of orders. */
export type Answer = {
  __typename: string;
  sn: string;
  state: string;
  closeAt: string;
  reason?: string;
  takenNights?: string[];
};

const answer = `__typename
  ... on HomestayOrder { sn state version closeAt ticketCode total { amount currency } }
  ... on OrderRefused { reason message takenNights }`;

/** The date so many days from today in Shanghai, where the tests' homestays lie. */
export const dateIn = (days: number): string =>
  new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

/** Adds homestays `home-0`, `home-1`, … of one shop whose host is `host`. */
export async function addHomestays(
  { travelDatabase }: Pick<TestSystem, 'travelDatabase'>,
  count: number,
): Promise<string[]> {
  const writer = await openCatalogueWriter(travelDatabase);
  const ids = Array.from({ length: count }, (_, i) => `home-${i}`);
  await writer.write({
    shop: [{ id: 'lake-shop', name: 'Lake shop', info: '', hostId: host.id, open: true }],
    homestay: ids.map((id) => ({
      id,
      shopId: 'lake-shop',
      title: `Lake house ${id}`,
      subTitle: '',
      info: '',
      banner: null,
      city: 'Hangzhou',
      neighbourhood: null,
      latitude: null,
      longitude: null,
      timeZone: 'Asia/Shanghai',
      capacity: 4,
      minimumNights: 1,
      price: { amount: 10_000, currency: 'CNY' },
      marketPrice: null,
      soldPerPerson: false,
      foodPrice: null,
      onShelf: true,
      preferred: false,
      arrivedAt: null,
      importedRating: null,
    })),
  });
  return ids;
}

/** What travellers, hosts and operators do, in the tests' words, through the public API alone. */
export const storyOf = ({ ask }: Pick<TestSystem, 'ask'>) => ({
  /** Places an order; one night ten days ahead unless said otherwise. */
  async order(given: Record<string, unknown> = {}, user: User = an): Promise<Answer> {
    const stay = { homestayId: 'home-0', checkIn: dateIn(10), checkOut: dateIn(11), guests: 1 };
    const input = { ...stay, idempotencyKey: crypto.randomUUID(), ...given };
    const query = `mutation Place($input: CreateHomestayOrderInput!) { createHomestayOrder(input: $input) { ${answer} } }`;
    return (await ask(user, query, { input })).createHomestayOrder;
  },
  async cancel(sn: string, user: User = an): Promise<Answer> {
    return (
      await ask(user, `mutation Cancel($sn: ID!) { cancelHomestayOrder(sn: $sn) { ${answer} } }`, {
        sn,
      })
    ).cancelHomestayOrder;
  },
  async checkIn(sn: string, ticketCode: string, user: User = host): Promise<Answer> {
    const query = `mutation CheckIn($sn: ID!, $code: String!) { checkInGuest(sn: $sn, ticketCode: $code) { ${answer} } }`;
    return (await ask(user, query, { sn, code: ticketCode })).checkInGuest;
  },
  /** Begins a payment; its `payUrl` is where the traveller pays. */
  async pay(
    orderSn: string,
    user: User = an,
  ): Promise<{ sn?: string; payUrl?: string; reason?: string }> {
    const query = `mutation Pay($sn: ID!) { payHomestayOrder(orderSn: $sn, method: SANDBOX) {
      ... on Payment { sn state payUrl amount { amount currency } } ... on PaymentRefused { reason message } } }`;
    return (await ask(user, query, { sn: orderSn })).payHomestayOrder;
  },
  async see(sn: string, user: User | null = an): Promise<any> {
    const query = `query See($sn: ID!) { homestayOrder(sn: $sn) {
      sn state version closeAt ticketCode checkIn checkOut homestay { id title } payment { sn state }
      snapshot { title hostId } total { amount currency } history { state at cause } } }`;
    return (await ask(user, query, { sn })).homestayOrder;
  },
  /** Which of a homestay's nights are free. */
  async freeNights(id: string, from: string, to: string): Promise<string[]> {
    const query = `query Free($id: ID!, $from: LocalDate!, $to: LocalDate!) {
      homestay(id: $id) { availability(from: $from, to: $to) { night free } } }`;
    const { homestay } = await ask(null, query, { id, from, to });
    return homestay.availability
      .filter(({ free }: { free: boolean }) => free)
      .map(({ night }: { night: string }) => night);
  },
});

/** Pays on the provider's page as a person does. */
export async function payOnPage(payUrl: string): Promise<void> {
  const response = await fetch(payUrl, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'pay' }),
    redirect: 'manual',
  });
  if (response.status >= 400)
    throw new Error(`the page answered ${response.status}: ${await response.text()}`);
}
