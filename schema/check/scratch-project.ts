import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectFile } from '../subgraphs.ts';

/** A folder of one's own for a test that changes files and commits them. */
export type ScratchProject = {
  root: URL;
  git(...args: string[]): string;
  /** Writes a file and returns nothing; commits only where `commit` is called. */
  write(file: string, text: string): void;
  read(file: string): string;
  commit(message: string): void;
  remove(): void;
};

export function scratchProject(): ScratchProject {
  const folder = mkdtempSync(join(tmpdir(), 'schema-check-'));
  const git = (...args: string[]) => {
    const identity = [
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@localhost',
      '-c',
      'init.defaultBranch=main',
    ];
    return execFileSync('git', [...identity, ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  };
  return {
    root: pathToFileURL(`${folder}/`),
    git,
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    commit: (message) => {
      git('add', '-A');
      git('commit', '-qm', message);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What the schema check reads of this project. */
export const copiedParts = [
  'schema',
  'subgraphs',
  'gateway',
  'runtime',
  'scheduler',
  'web/api',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/**
 * A copy of this project, with what the schema check reads of it, as the one commit of a
 * repository.
 */
export function copyOfThisProject(): ScratchProject {
  const project = scratchProject();
  for (const part of copiedParts)
    cpSync(projectFile(part), new URL(part, project.root), { recursive: true });
  symlinkSync(fileURLToPath(projectFile('node_modules')), new URL('node_modules', project.root));
  project.write('.gitignore', 'node_modules\n*.js\n');
  project.git('init', '-q');
  project.commit('The schema as it is');
  return project;
}
