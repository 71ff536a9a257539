import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../../operations.ts';

/** What git says in a folder, or undefined where it refuses. */
export type Git = (...args: string[]) => string | undefined;

const limitMs = 60_000;

export const gitIn =
  (root: URL): Git =>
  (...args) =>
    run(root, args)?.toString('utf8').trimEnd();

function run(root: URL, args: readonly string[], input?: string): Buffer | undefined {
  try {
    return execFileSync('git', args, {
      cwd: fileURLToPath(root),
      maxBuffer: 500_000_000,
      timeout: limitMs,
      stdio: ['pipe', 'pipe', 'ignore'],
      // Where a password would be asked for, the answer is no.
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      ...(input === undefined ? {} : { input }),
    });
  } catch {
    return undefined;
  }
}

/** The files of a commit in a folder and its subfolders, as seen from `root`. */
export function filesAt(root: URL, commit: string, folder: string): SourceFile[] {
  const names =
    gitIn(root)('ls-tree', '-r', '-z', '--name-only', commit, `${folder}/`)
      ?.split('\0')
      .filter(Boolean) ?? [];
  const answer = run(
    root,
    ['cat-file', '--batch'],
    names.map((name) => `${commit}:./${name}\n`).join(''),
  );
  return answer && names.length > 0 ? textsOf(answer, names) : [];
}

/** Reads `cat-file --batch`: for each file a line with its length, its bytes, and a line's end. */
function textsOf(answer: Buffer, names: readonly string[]): SourceFile[] {
  const files: SourceFile[] = [];
  let at = 0;
  for (const file of names) {
    const end = answer.indexOf('\n', at);
    const length = Number(/ blob (\d+)$/.exec(answer.toString('utf8', at, end))?.[1]);
    if (Number.isNaN(length)) {
      at = end + 1;
      continue;
    }
    files.push({ file, text: answer.toString('utf8', end + 1, end + 1 + length) });
    at = end + 1 + length + 1;
  }
  return files;
}
