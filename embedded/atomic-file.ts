import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const onlyOwner = { mode: 0o600 };

/** Creates a file, whole at once, unless there is one. Of two who try, one wins: whether it was us. */
export function createWhole(path: string, text: string): boolean {
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

/** Writes a file so that nobody ever reads half of it. */
export function replaceWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, onlyOwner);
  renameSync(draft, path);
}
