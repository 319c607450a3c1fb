import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {brotliCompressSync, constants, gzipSync} from 'node:zlib'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import {defineConfig, type Plugin, type Rolldown} from 'vite'

const web = resolve(import.meta.dirname, 'web')
const listPage = resolve(web, 'features/torrents/page/TorrentsPage.tsx')
/** Files in `ui/` of what every page opens with its first click. */
const layers = ['PopoverPanel', 'MenuPanel', 'MenuSheet', 'ToastList']
const loadChunk = resolve(web, 'live/load-chunk.ts')

/**
 * The pages, built into `dist/web`. Addresses within them are relative, so that they work below any base path; the
 * server puts base path and nonce into `index.html` (`src/http/web-app.ts`).
 */
export default defineConfig({
  root: web,
  base: './',
  publicDir: resolve(web, 'public'),
  plugins: [ownLoader(), react(), tailwind(), listAhead(), compressed()],
  html: {cspNonce: '__NONCE__'},
  build: {
    outDir: resolve(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: 'es2024',
    // Fonts and pictures are files of their own: the policy of the page lets nothing else in.
    assetsInlineLimit: 0,
    modulePreload: {
      // Every browser of the target knows it.
      polyfill: false,
      // A part that is one file is named, too.
      resolveDependencies: (file, needs) => (needs.length === 0 ? [file] : needs),
    },
    reportCompressedSize: false,
    // `first-load.web.test.ts` judges sizes, by what travels.
    chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
    manifest: true,
    rolldownOptions: {
      // The list is named beside the page, which asks for it itself: what either needs at once is tagged `$initial`.
      input: [resolve(web, 'index.html'), listPage],
      output: {
        // Two files instead of a hundred: each asks for itself, and on a telephone the heads of many answers weigh more
        // than some of them. The rest is cut by who needs it, so that a dialog brings nothing that only others use.
        codeSplitting: {
          groups: [
            {
              debugName: 'first load',
              name: firstLoad([
                resolve(web, 'index.html'),
                ...layers.map((it) => resolve(web, `ui/${it}.tsx`)),
              ]),
              tags: ['$initial'],
              priority: 1,
            },
            // What every page opens with its first click comes together, once the page is there (`lazy-part.ts`).
            {name: 'layers', test: new RegExp(`/web/ui/(${layers.join('|')})\\.tsx$`)},
          ],
        },
      },
    },
  },
})

/** In place of what Vite puts around each `import()`: that gives up what a browser failed to load once. */
function ownLoader(): Plugin {
  const id = '\0vite/preload-helper.js'
  return {
    name: 'own loader',
    apply: 'build',
    enforce: 'pre',
    load: {
      filter: {id: new RegExp(`^${RegExp.escape(id)}$`)},
      handler: () => `export {loadChunk as __vitePreload} from ${JSON.stringify(loadChunk)}`,
    },
  }
}

/** Of what the list needs at once, the part that the frame of all pages and its layers need too, and the rest. */
function firstLoad(starts: readonly string[]): Rolldown.CodeSplittingNameFunction {
  const frame = new Set<string>()
  const add = (id: string, context: Rolldown.ChunkingContext) => {
    if (frame.has(id)) return
    frame.add(id)
    for (const it of context.getModuleInfo(id)?.importedIds ?? []) add(it, context)
  }
  return (id, context) => {
    for (const start of starts) add(start, context)
    return frame.has(id) ? 'frame' : 'list'
  }
}

/**
 * The page names the files of the list, so that they come together with those of the frame and not after them. The
 * server leaves them out where another page is opened (`src/http/web-app.ts`).
 */
function listAhead(): Plugin {
  return {
    name: 'list ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, {bundle = {}}) => {
        const list = Object.values(bundle).find(
          (it) => it.type === 'chunk' && it.moduleIds.includes(listPage),
        )
        if (list?.type !== 'chunk') throw new Error('There is no file of the list.')
        const link = (href: string, attrs: Record<string, string>) =>
          ({
            tag: 'link',
            attrs: {...attrs, crossorigin: true, href: `./${href}`, 'data-for': 'list'},
            injectTo: 'head',
          }) as const
        return [
          link(list.fileName, {rel: 'modulepreload'}),
          ...[...(list.viteMetadata?.importedCss ?? [])].map((it) => link(it, {rel: 'stylesheet'})),
        ]
      },
    },
  }
}

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
