import { defineConfig } from 'vite';

/** The console as static files below `/console`, into `dist/console`; every name but the page's holds a hash of the content. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  clearScreen: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Those that know `light-dark()`, which would otherwise be taken apart.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A data URL would be refused by the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
