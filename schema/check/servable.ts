import type { DocumentNode } from 'graphql';

/**
 * Builds of a supergraph what the gateway builds of it before it serves it. Loaded only when it is
 * asked for.
 * @throws what the gateway refuses it for
 */
export async function assertServable(supergraph: DocumentNode): Promise<void> {
  const { servedSupergraph } = await import('../../gateway/execution/served-supergraph.ts');
  servedSupergraph(supergraph);
}
