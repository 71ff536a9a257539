import type { DocumentNode } from 'graphql';
import type { Registry } from 'prom-client';
import type { GatewaySettings } from '../settings.ts';
import { isOutOfTurn } from './charging.ts';
import { documentReader } from './documents.ts';
import { type GraphqlRequest, type WellFormed, wellFormed } from './graphql-request.ts';
import type { Asker, NewOperations } from './new-operations.ts';
import { costLimit, type Weighing } from './operation-cost.ts';
import { persistedOperations, withoutRegistry } from './persisted-operations.ts';
import type { Budget, RateLimit } from './rate-limit.ts';
import type { Safelist } from './safelist.ts';

/** A request, and who is charged for it. */
export type Asks = Asker & {
  request: GraphqlRequest;
  /** Is told what is left to the sender, also where the operation is refused after that. */
  sender: { charged?: (budget: Budget) => void };
};

/** What is asked, and what it is charged with. */
export type Weighed = { asked: WellFormed; document: DocumentNode; weight: number };

export type WeighingNeeds = {
  settings: GatewaySettings;
  /** @throws where no supergraph is served yet */
  served: () => Weighing;
  registered: Safelist | undefined;
  /** In whose turns texts are read that are new. */
  readInTurn: NewOperations['read'];
  charge: RateLimit['charge'];
  metrics?: Registry | undefined;
};

/** Reads requests and weighs them. */
export function openWeighing(needs: WeighingNeeds) {
  const { settings, served, registered, readInTurn, metrics } = needs;
  const resolveQuery =
    settings.PERSISTED_OPERATIONS === 'required' && registered
      ? persistedOperations(registered)
      : withoutRegistry;
  const read = documentReader(settings.QUERY_MAX_TOKENS, metrics);
  const limitCost = costLimit(settings);

  const weigh = ({ request }: Asks, asked: WellFormed): Weighed => {
    const document = read(asked.query);
    const weight = limitCost(served(), document, asked.variables) + weightOfSearch(request, asked);
    read.remember(asked.query, document);
    return { asked, document, weight };
  };

  const isMet = (query: string) => read.has(query) || registered?.hasText(query) === true;

  /**
   * Weighs a request, at once where its text is known.
   * @throws what is wrong with it before it is charged; that costs by its length
   */
  const weighed = (asks: Asks): Weighed | Promise<Weighed> => {
    try {
      const asked = wellFormed(resolveQuery(asks.request));
      return isMet(asked.query) ? weigh(asks, asked) : weighedInTurn(asks, asked);
    } catch (refused) {
      return chargedByLength(asks, refused);
    }
  };

  const weighedInTurn = async (asks: Asks, asked: WellFormed): Promise<Weighed> => {
    try {
      // Who reads it first pays for that.
      let first: Weighed | undefined;
      await readInTurn(
        asks,
        asked.query,
        () => isMet(asked.query),
        () => {
          first = weigh(asks, asked);
        },
      );
      return first ?? weigh(asks, asked);
    } catch (refused) {
      return chargedByLength(asks, refused);
    }
  };

  const chargedByLength = async (asks: Asks, refused: unknown): Promise<never> => {
    if (isOutOfTurn(refused)) throw refused;
    const { query } = asks.request;
    const length = typeof query === 'string' ? query.length : 0;
    const { sender, quota } = asks;
    sender.charged?.(await needs.charge(quota, length * weightOfRefusedCharacter));
    throw refused;
  };
  return weighed;
}

/**
 * What it takes to find a registered operation by a text that a client has laid out in its own way,
 * as with 90 kB of comments: that is read each time, and 100 kB of it take 3 ms.
 */
function weightOfSearch({ query }: GraphqlRequest, asked: WellFormed): number {
  const isSearched = typeof query === 'string' && query !== asked.query;
  return isSearched ? Math.ceil(query.length / searchedCharactersOfOne) : 0;
}

const searchedCharactersOfOne = 100;

/** What is too large, or cannot be read, takes time by its length to find that out. */
const weightOfRefusedCharacter = 5;
