import { rmSync } from 'node:fs';

/** jest's global teardown: stops what the global setup started, and removes its files. */
export default async function stopTestDatabase(): Promise<void> {
  rmSync(process.env.TEST_BUILD as string, { recursive: true, force: true });
  await (globalThis as { stopTestDatabase?: () => Promise<void> }).stopTestDatabase?.();
}
