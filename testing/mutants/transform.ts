import { createHash } from 'node:crypto';
import { createTransformer } from '@swc/jest';
import { type Mutant, withMutant } from './mutants-of.ts';

/** The file that a run of tests sees changed. The file on disk stays as it is. */
export type MutatedFile = { path: string; mutant: Mutant };

type Options = { config: { globals: { mutated?: MutatedFile } } };

const swc = createTransformer({
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
} as never);

const changed = (source: string, path: string, { config }: Options) => {
  const { mutated } = config.globals;
  return mutated?.path === path ? withMutant(source, mutated.mutant) : source;
};

/** Jest's transform for TypeScript, with one mutant in one file. */
export default {
  process: (source: string, path: string, options: Options) =>
    swc.process?.(changed(source, path, options), path, options as never),
  processAsync: (source: string, path: string, options: Options) =>
    swc.processAsync?.(changed(source, path, options), path, options as never),
  getCacheKey: (source: string, path: string, options: Options) =>
    createHash('sha256')
      .update(`${path} ${changed(source, path, options)}`)
      .digest('hex'),
};
