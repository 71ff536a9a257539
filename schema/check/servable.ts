/**
 * Builds of a supergraph what the gateway builds of it before it serves it. Loaded only when it is
 * asked for.
 * @throws what the gateway refuses it for
 */
export async function assertServable(supergraph: string): Promise<void> {
  const { preparation } = await import('../../gateway/execution/prepared-operation.ts');
  preparation(supergraph);
}
