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
  /** Remembers what was read, once it is known that it may be asked. */
  remember(query: string, document: DocumentNode): void;
};

/** Of all documents that are remembered, about, with their texts. */
const rememberedBytes = 100_000_000;
/** What a document takes for each word or sign of its text, which may be one letter. */
const bytesPerToken = 400;

/**
 * Parses each text that is remembered once. The same text gives the same document object, so that
 * whatever is worked out for a document (its cost, its errors, its plan) can be remembered by that
 * object and is forgotten with it. What is refused for its cost is not remembered: it may take two
 * hundred times the memory of its text, and the garbage collector would have to look at all of it.
 */
export function documentReader(maxTokens: number, metrics?: Registry): ReadDocument {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: rememberedBytes,
    sizeCalculation: (document, query) => query.length + tokensOf(document) * bytesPerToken,
  });
  if (metrics) sizeGauge(metrics, () => documents.size);
  const read = (query: string): DocumentNode =>
    documents.get(query) ?? parseOrRefuse(query, maxTokens);
  return Object.assign(read, {
    has: (query: string) => documents.has(query),
    remember(query: string, document: DocumentNode) {
      if (!documents.has(query)) documents.set(query, document);
    },
  });
}

function tokensOf({ loc }: DocumentNode): number {
  let count = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) count += 1;
  return count;
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
