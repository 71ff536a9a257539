import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Each page as a module that a browser runs as it is. */
export default defineConfig({
  root,
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2022',
    lib: {
      formats: ['es'],
      entry: { apollo: `${root}apollo/order-page.ts`, relay: `${root}relay/order-page.ts` },
    },
  },
});
