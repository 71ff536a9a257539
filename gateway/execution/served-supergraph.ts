import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { type FieldCosts, fieldCosts } from '../admission/field-cost.ts';
import { type ListSizes, listSizes } from '../admission/list-size.ts';
import { type PlanNames, planNames } from '../admission/plan-names.ts';
import { type Requirements, requirementsOf } from '../admission/requirements.ts';
import { fieldsOf, joinsOf } from '../admission/supergraph-fields.ts';
import { parseInOneByte } from './one-byte-names.ts';

/** What a supergraph says that is needed to serve it, besides plans. */
export type ServedSupergraph = {
  supergraph: Supergraph;
  apiSchema: ReturnType<Supergraph['apiSchema']>;
  /** The schema that clients see. */
  schema: GraphQLSchema;
  /** What callers need for the fields and types of the schema. */
  requirements: Requirements;
  /** How long the lists of the schema may be. */
  listSizes: ListSizes;
  /** What its fields weigh. */
  costs: FieldCosts;
  /** The names that plans use for themselves. */
  planNames: PlanNames;
};

/**
 * Reads a supergraph. All that can be refused of one that was composed is refused here.
 * @throws what is wrong with it
 */
export function servedSupergraph(sdl: string | DocumentNode): ServedSupergraph {
  const supergraph = Supergraph.build(parseInOneByte(sdl), {
    validateSupergraph: true,
    // `@authenticated` and its like, which we enforce.
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  requireNoContext(supergraph.schema);
  const apiSchema = supergraph.apiSchema();
  return {
    supergraph,
    apiSchema,
    schema: apiSchema.toGraphQLJSSchema({ includeDefer: true }),
    requirements: requirementsOf(supergraph.schema),
    listSizes: listSizes(supergraph.schema),
    costs: fieldCosts(supergraph.schema),
    planNames: planNames(supergraph.schema),
  };
}

/** Neither executor gives these arguments: a field would be answered as if nobody had said them. */
function requireNoContext(supergraph: Schema): void {
  for (const field of fieldsOf(supergraph))
    if (joinsOf(field).some(({ contextArguments = [] }) => contextArguments.length > 0))
      throw new Error(`${field.coordinate} has an argument by @fromContext: it cannot be served`);
}
