import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Gauge, type Registry } from 'prom-client';
import { clientError } from '../../runtime/errors.ts';
import { tooComplex } from './operation-cost.ts';

/**
 * Parses the text of a document.
 * @throws GRAPHQL_PARSE_FAILED, or QUERY_TOO_COMPLEX where it is too long or too deep
 */
export type ReadDocument = {
  (query: string): DocumentNode;
  /** Whether a text is remembered. */
  has(query: string): boolean;
};

const rememberedBytes = 5_000_000;

/**
 * Parses each text once. The same text gives the same document object, so that whatever is worked
 * out for a document (its cost, its errors, its plan) can be remembered by that object and is
 * forgotten with it.
 */
export function documentReader(maxTokens: number, metrics?: Registry): ReadDocument {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: rememberedBytes,
    sizeCalculation: (_, query) => query.length + 1,
  });
  if (metrics) sizeGauge(metrics, () => documents.size);
  const read = (query: string): DocumentNode => {
    const known = documents.get(query);
    if (known) return known;
    const document = parseOrRefuse(query, maxTokens);
    documents.set(query, document);
    return document;
  };
  return Object.assign(read, { has: (query: string) => documents.has(query) });
}

const sizeGauge = (metrics: Registry, size: () => number) =>
  new Gauge({
    name: 'gateway_remembered_documents',
    help: 'Documents that are remembered with what was worked out for them, such as their plans.',
    registers: [metrics],
    collect() {
      this.set(size());
    },
  });

function parseOrRefuse(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (error instanceof RangeError)
      throw clientError(
        'QUERY_TOO_COMPLEX',
        'The query is too complex: it is nested too deeply to be read.',
      );
    const { message } = error as Error;
    if (/more tha[nt] \d+ tokens/.test(message))
      throw tooComplex(`more than ${maxTokens}`, 'tokens', maxTokens);
    const { source, positions } = error as GraphQLError;
    throw new GraphQLError(message, {
      source: source ?? null,
      positions: positions ?? null,
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  }
}
