import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {brotliCompressSync, constants, gzipSync} from 'node:zlib'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import {defineConfig, type Plugin} from 'vite'

/**
 * The pages, built into `dist/web`. Addresses within them are relative, so that they work below any base path; the
 * server puts base path and nonce into `index.html` (`src/http/web-app.ts`).
 */
export default defineConfig({
  root: resolve(import.meta.dirname, 'web'),
  base: './',
  publicDir: resolve(import.meta.dirname, 'web/public'),
  plugins: [react(), tailwind(), compressed()],
  html: {cspNonce: '__NONCE__'},
  build: {
    outDir: resolve(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: 'es2024',
    // Fonts and pictures are files of their own: the policy of the page lets nothing else in.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      output: {
        chunkFileNames: ({name}) =>
          name.startsWith('shared') ? 'assets/shared-[hash].js' : 'assets/[name]-[hash].js',
        codeSplitting: {
          // Few files: each asks for itself, and on a telephone the heads of 58 answers weigh more than some of them.
          groups: [
            {name: 'shared', entriesAware: true, entriesAwareMergeThreshold: 20_000, minShareCount: 2},
          ],
        },
      },
    },
  },
})

/** Beside each text its compressed forms, as hard as it goes: done once here instead of at every request. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({dir}) {
      const folder = join(dir!, 'assets')
      for (const name of readdirSync(folder).filter((it) => /\.(js|css)$/.test(it))) {
        const bytes = readFileSync(join(folder, name))
        const quality = {params: {[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY}}
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, quality))
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, {level: constants.Z_BEST_COMPRESSION}))
      }
    },
  }
}
