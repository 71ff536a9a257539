import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, parse, visit } from 'graphql';

/** A supergraph, seen by those who rely on it. */
export type Contract = {
  /** What clients see. */
  api: GraphQLSchema;
  /** All of it, with what is `@inaccessible` to clients; undefined where only the API is known. */
  federation?: {
    sdl: string;
    supergraph: Supergraph;
    document: DocumentNode;
    everything: GraphQLSchema;
  };
};

const build = (supergraph: DocumentNode) =>
  Supergraph.build(supergraph, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });

/** Reads the contract out of a composed supergraph. */
export function contractOf(supergraphSdl: string): Contract {
  const document = parse(supergraphSdl);
  const supergraph = build(document);
  const nothingHidden = visit(document, {
    Directive: ({ name }) => (name.value === 'inaccessible' ? null : undefined),
  });
  return {
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    federation: {
      sdl: supergraphSdl,
      supergraph,
      document,
      everything: build(nothingHidden).apiSchema().toGraphQLJSSchema(),
    },
  };
}
