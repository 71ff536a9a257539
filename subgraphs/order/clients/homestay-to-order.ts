import { inBatches } from '../../../runtime/batches.ts';
import { ServiceUnavailable } from '../../../runtime/errors.ts';
import { keyOfId } from '../../../runtime/global-id.ts';
import type { ServiceClient } from '../../../runtime/service-client.ts';
import type { Homestay, HomestaySnapshot, Money } from '../domain/order.ts';
import { nightCount, type Stay } from '../domain/stay.ts';
import { operations, toOrder } from './travel.ts';

type Asked = { id: string; stay: Stay | undefined };

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

/** So many homestays are asked for together at most, each for a stay of its own. */
const mostTogether = 16;

/** Questions that take longer than this are no longer waited for by those that come after them. */
const patienceMs = 100;

/**
 * Makes a function that asks for a homestay with its current facts and prices, and for what the
 * nights of a stay cost; null if travel knows no such homestay. Dates that make no stay are not
 * priced: ordering refuses them. Questions that come while one is under way go together. If travel
 * answers them with an error, each is asked alone, so that each gets its own answer.
 */
export function homestayToOrder(
  travel: Pick<ServiceClient, 'ask'>,
): (id: string, stay?: Stay) => Promise<Homestay | null> {
  const join = inBatches({
    most: mostTogether,
    patienceMs,
    async run(asked: readonly Asked[]): Promise<readonly (Homestay | null | 'alone')[]> {
      const [first] = asked;
      if (first && asked.length === 1) return [await askAlone(travel, first)];
      return askTogether(travel, asked).catch((error) => {
        if (error instanceof ServiceUnavailable && error.cause === undefined)
          return asked.map(() => 'alone' as const);
        throw error;
      });
    },
  });
  return async (id, stay) => {
    const answer = await join({ id, stay });
    return answer === 'alone' ? askAlone(travel, { id, stay }) : answer;
  };
}

async function askAlone(
  travel: Pick<ServiceClient, 'ask'>,
  { id, stay }: Asked,
): Promise<Homestay | null> {
  const { _entities } = await travel.ask<{ _entities: [Found | null] }>(
    operations.HomestayToOrder,
    { representations: [representationOf(id)], ...pricing(stay) },
  );
  return homestayOf(id, _entities[0]);
}

/** Homestays that are wanted for the same stay are one list. */
async function askTogether(
  travel: Pick<ServiceClient, 'ask'>,
  asked: readonly Asked[],
): Promise<(Homestay | null)[]> {
  const byStay = new Map<string, Asked[]>();
  for (const one of asked) {
    const key = `${one.stay?.checkIn} ${one.stay?.checkOut}`;
    const list = byStay.get(key);
    if (list) list.push(one);
    else byStay.set(key, [one]);
  }
  const lists = [...byStay.values()];
  const variables: Record<string, unknown> = {};
  for (const [i, list] of lists.entries()) {
    const { from, to, priced } = pricing(list[0]?.stay);
    variables[`r${i}`] = list.map(({ id }) => representationOf(id));
    variables[`f${i}`] = from;
    variables[`t${i}`] = to;
    variables[`p${i}`] = priced;
  }
  const answer = await travel.ask<Record<string, (Found | null)[]>>(
    operationFor(lists.length),
    variables,
  );
  const homestays = new Map<Asked, Homestay | null>();
  for (const [i, list] of lists.entries())
    for (const [at, one] of list.entries())
      homestays.set(one, homestayOf(one.id, answer[`s${i}`]?.[at]));
  return asked.map((one) => homestays.get(one) ?? null);
}

/** The operation that asks for so many lists. There are as many as may go together. */
function operationFor(lists: number): string {
  const known = operationsByLists.get(lists);
  if (known) return known;
  const all = Array.from({ length: lists }, (_, i) => i);
  const declared = all.map(
    (i) => `$r${i}: [_Any!]!, $f${i}: LocalDate!, $t${i}: LocalDate!, $p${i}: Boolean!`,
  );
  const asked = all.map(
    (i) => `s${i}: ${toOrder(`$r${i}`, { from: `$f${i}`, to: `$t${i}`, priced: `$p${i}` })}`,
  );
  const operation = `query HomestaysToOrder(${declared.join(', ')}) {\n  ${asked.join('\n  ')}\n}`;
  operationsByLists.set(lists, operation);
  return operation;
}

const operationsByLists = new Map<number, string>();

const representationOf = (id: string) => ({ __typename: 'Homestay', id });

const pricing = (stay: Stay | undefined) => {
  const nights = stay ? nightCount(stay) : 0;
  return {
    from: stay?.checkIn ?? unused,
    to: stay?.checkOut ?? unused,
    priced: nights >= 1 && nights <= maxPricedNights,
  };
};

/** Stands for a date where none is asked about. */
const unused = '2000-01-01';

function homestayOf(id: string, found: Found | null | undefined): Homestay | null {
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
