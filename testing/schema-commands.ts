import { execFile } from 'node:child_process';
import { cpSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { copyOfThisProject, type ScratchProject } from '../schema/check/scratch-project.ts';
import { compiledFolder } from './compiled.ts';

export type Ended = { code: number; output: string };

/**
 * A copy of this project with its commands in JavaScript beside their sources: with tsx it takes
 * three times as long until one runs.
 */
export function copyWithCommands(): ScratchProject {
  const project = copyOfThisProject();
  cpSync(compiledFolder, fileURLToPath(project.root), {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || path.endsWith('.js'),
  });
  return project;
}

/** Runs a command of a copy as a person does. @param script its file, without the ending */
export function runCommand(
  { root }: ScratchProject,
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = promisify(execFile)(process.execPath, [`${script}.js`, ...args], {
    cwd: fileURLToPath(root),
    // Whether there is a CI, and what it says, is for each test to choose.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env },
  });
  return child.then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}
