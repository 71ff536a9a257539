import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The files of a commit in a folder of their own, with its packages. */
export type Checkout = { folder: string; remove(): void };

const root = fileURLToPath(new URL('..', import.meta.url));
const git = (...asked: string[]) => execFileSync('git', asked, { cwd: root, encoding: 'utf8' });

/** @throws where there is no such commit */
export function checkoutOf(ref: string): Checkout {
  const folder = join(mkdtempSync(join(tmpdir(), 'homestay-bench-commit-')), 'checkout');
  git('worktree', 'add', '--detach', '--quiet', folder, ref);
  const remove = () => void git('worktree', 'remove', '--force', folder);
  try {
    const lock = 'package-lock.json';
    const isSame = git('show', `${ref}:${lock}`) === readFileSync(join(root, lock), 'utf8');
    if (isSame) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, remove };
}
