import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const namesOf = (path) => Object.keys(require(path));

/**
 * Jest's transform for the modules of packages that our own import: they export what Node has
 * loaded. One that is CommonJS `runtime.js` loads without its text.
 */
export default {
  getCacheKey: (_code, path, { supportsStaticESM }) =>
    supportsStaticESM ? `${path} ${namesOf(path)}` : '',
  process: (_code, path, { supportsStaticESM }) => ({
    code: supportsStaticESM ? reexport(path) : '',
  }),
};

const reexport = (path) =>
  [
    `import { createRequire } from 'node:module';`,
    `const loaded = createRequire(import.meta.url)(${JSON.stringify(path)});`,
    ...namesOf(path).map(
      (name, index) => `const $${index} = loaded.${name}; export { $${index} as ${name} };`,
    ),
  ].join('\n');
