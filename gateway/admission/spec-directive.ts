import type { Schema } from '@apollo/federation-internals';

/**
 * What a directive of Apollo's specifications is called in a supergraph: a subgraph that does not
 * import `@authenticated` writes `@federation__authenticated`, or imports it under a name of its
 * own, and the supergraph takes that name over.
 * @returns undefined where the supergraph does not have it
 */
export function nameOfSpecDirective(
  supergraph: Schema,
  directive: string,
  feature = directive,
): string | undefined {
  const { coreFeatures } = supergraph;
  const linked = coreFeatures?.getByIdentity(`https://specs.apollo.dev/${feature}`);
  if (linked) return linked.directiveNameInSchema(directive);
  // One of this name may belong to somebody else.
  const definition = supergraph.directive(directive);
  return definition && !coreFeatures?.sourceFeature(definition) ? directive : undefined;
}
