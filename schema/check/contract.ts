import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { apiSchemaOf } from './api-schema.ts';

/** A supergraph, seen by those who rely on it. */
export type Contract = {
  /** What clients see. */
  api: GraphQLSchema;
  /** All of it, with what is `@inaccessible` to clients; undefined where only the API is known. */
  federation?: {
    sdl: string;
    document: DocumentNode;
    /** Made when it is asked for. */
    readonly supergraph: Supergraph;
    readonly everything: GraphQLSchema;
  };
};

const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;

/** Reads the contract out of a composed supergraph. */
export function contractOf(supergraphSdl: string): Contract {
  // Nobody asks where in it something stands, and places take half of the memory.
  const document = parse(supergraphSdl, { noLocation: true });
  let supergraph: Supergraph | undefined;
  let everything: GraphQLSchema | undefined;
  return {
    api: apiSchemaOf(document, false),
    federation: {
      sdl: supergraphSdl,
      document,
      get supergraph() {
        supergraph ??= Supergraph.build(document, { supportedFeatures });
        return supergraph;
      },
      get everything() {
        everything ??= apiSchemaOf(document, true);
        return everything;
      },
    },
  };
}

/** The API of a supergraph that nobody has composed. @throws what is not valid in it */
export const validApiOf = (supergraph: DocumentNode): GraphQLSchema =>
  Supergraph.build(supergraph, { supportedFeatures, validateSupergraph: false })
    .apiSchema()
    .toGraphQLJSSchema();
