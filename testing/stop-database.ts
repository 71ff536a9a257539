/** jest's global teardown: stops what the global setup started, and removes its files. */
export default async function stopTestDatabase(): Promise<void> {
  await (globalThis as { stopTestDatabase?: () => Promise<void> }).stopTestDatabase?.();
}
