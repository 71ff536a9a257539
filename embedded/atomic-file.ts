import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const onlyOwner = { mode: 0o600 };

/** Creates a file with all of its content at once. Returns false if it exists already. */
export function createAtomically(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, onlyOwner);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** Replaces a file. Readers see the old content or the new one, never a part of it. */
export function replaceAtomically(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, onlyOwner);
  renameSync(draft, path);
}
