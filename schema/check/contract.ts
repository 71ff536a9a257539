import { createRequire } from 'node:module';
import type { Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { withSpecNames } from '../../runtime/spec-names.ts';
import { apiSchemaOf } from './api-schema.ts';
import { once } from './once.ts';

/** A supergraph, seen by those who rely on it. All but its text is made when it is asked for. */
export type Contract = {
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** All of it, with what is `@inaccessible` to clients; undefined where only the API is known. */
  federation?: {
    sdl: string;
    /** With directives by the names of their specifications, whatever the text calls them. */
    readonly document: DocumentNode;
    readonly supergraph: Supergraph;
    readonly everything: GraphQLSchema;
  };
};

/** Reads the contract out of a composed supergraph. */
export function contractOf(sdl: string): Contract {
  // Nobody asks where in it something stands, and places take half of the memory.
  const document = once(() => withSpecNames(parse(sdl, { noLocation: true })));
  const api = once(() => apiSchemaOf(document(), false));
  const everything = once(() => apiSchemaOf(document(), true));
  const supergraph = once(() => built(document(), true));
  return {
    get api() {
      return api();
    },
    federation: {
      sdl,
      get document() {
        return document();
      },
      get supergraph() {
        return supergraph();
      },
      get everything() {
        return everything();
      },
    },
  };
}

/** The API of a supergraph that nobody has composed. @throws what is not valid in it */
export const validApiOf = (supergraph: DocumentNode): GraphQLSchema =>
  built(supergraph, false).apiSchema().toGraphQLJSSchema({ includeDefer: true });

function built(document: DocumentNode, validateSupergraph: boolean): Supergraph {
  const { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES: supportedFeatures, Supergraph } = internals();
  return Supergraph.build(document, { supportedFeatures, validateSupergraph });
}

/** Loaded only where it is needed, which most often it is not. */
const internals = (): typeof import('@apollo/federation-internals') =>
  createRequire(import.meta.url)('@apollo/federation-internals');

/** Why a supergraph could not be built, one error for each reason. */
export const causesOf = (error: Error): readonly Error[] =>
  internals().errorCauses(error) ?? [error];
