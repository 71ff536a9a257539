import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute } from 'node:path';
import { compileFunction } from 'node:vm';
import JestRuntime from 'jest-runtime';

/**
 * How test files load modules. Our own modules are evaluated anew for each file; packages are
 * loaded by Node itself, once in each worker: to evaluate mongodb, graphql and Apollo's packages
 * for each of some 400 files took most of the time of a run. The price: what a package keeps in its
 * modules, all files of a worker share.
 *
 * `esmLoader.getContext` and `executor.compile` are no public parts of jest-runtime.
 */
export default class Runtime extends JestRuntime {
  constructor(...needs) {
    super(...needs);
    // No context: see `environment.js`.
    this.esmLoader.getContext = () => undefined;
    const { executor } = this;
    executor.compile = (source, filename) =>
      compileFunction(source, executor.injectedModuleParameters, { filename });
  }

  requireModule(from, name, ...options) {
    return name && isOfPackage(name)
      ? createRequire(from)(name)
      : super.requireModule(from, name, ...options);
  }

  /** Only the module that starts Jest's test framework, which has no name here, is a file's own. */
  requireInternalModule(from, name) {
    return name ? createRequire(from)(name) : super.requireInternalModule(from);
  }

  /** The process is the worker's own and stays as it is. */
  installGetBuiltinModule() {}
}

const isOfPackage = (name) =>
  isAbsolute(name) ? /[\\/]node_modules[\\/]/.test(name) : /^[^.#]/.test(name) && !isBuiltin(name);
