import {basename, resolve} from 'node:path'
import {defineConfig, type Plugin, type Rolldown} from 'vite'

const root = import.meta.dirname

/**
 * The program as `npm start` runs it, built into `dist/program-…` (decision 019): the same sources in a few files without
 * comments and types, because each thread keeps the texts of all it loads. Lines and names stay, so that a stack can be
 * read; the maps beside them name the sources (`NODE_OPTIONS=--enable-source-maps npm start`).
 */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [beginnings(), spare(), narrow()],
  // As in the undici that Node brings along: without the parser that is only tried out there.
  define: {esbuildDetection: 'true'},
  ssr: {
    noExternal: true,
    // One finds its pages beside its code; the others are needed by it, too.
    external: ['@fastify/swagger-ui', '@fastify/static', 'yaml'],
    target: 'node',
  },
  build: {
    ssr: true,
    target: 'esnext',
    minify: false,
    sourcemap: true,
    chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
    reportCompressedSize: false,
    rolldownOptions: {
      platform: 'node',
      // Only a demo loads it, from the sources.
      external: ['#lab/demo.ts'],
      input: {main: resolve(root, 'src/main.ts')},
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        comments: false,
        minify: {compress: true, mangle: {keepNames: true}, codegen: {removeWhitespace: false}},
        sourcemapExcludeSources: true,
      },
    },
  },
})

/** `new URL('./x.ts', import.meta.url)` names where a thread begins: a file of its own, beside the others. */
function beginnings(): Plugin {
  const beginning = /new URL\('([^']+)\.ts', import\.meta\.url\)/g
  return {
    name: 'beginnings',
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('import.meta.url')) return null
      const named = code.replaceAll(beginning, (_text, path: string) => {
        const fileName = `${basename(path)}.js`
        this.emitFile({type: 'chunk', id: resolve(id, '..', `${path}.ts`), fileName})
        return `new URL('./${fileName}', import.meta.url)`
      })
      // The lines stay where they are.
      return {code: named, map: null}
    },
  }
}

/**
 * Of undici what the sources ask for, as its `index.js` puts it together, without its fetch, caches and mocks; of SignalR
 * nothing for transports that are not ours.
 */
function spare(): Plugin {
  const undici = `
    import Agent from 'undici/lib/dispatcher/agent.js'
    import Client from 'undici/lib/dispatcher/client.js'
    import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
    import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'
    import api from 'undici/lib/api/index.js'
    export {FormData} from 'undici/lib/web/fetch/formdata.js'
    Object.assign(Dispatcher.prototype, api)
    export {Agent, Client, ProxyAgent}`
  return {
    name: 'spare',
    enforce: 'pre',
    resolveId: (id) => (id === 'undici' ? '\0spare-undici.js' : null),
    load: (id) => (id === '\0spare-undici.js' ? undici : null),
    transform(code, id) {
      if (!id.includes('@microsoft/signalr')) return null
      return {code: code.replaceAll('typeof require !== "undefined"', 'false'), map: null}
    },
  }
}

/** A text with a single letter beyond ASCII takes two bytes for each of its letters in memory: Node reads it so. */
function narrow(): Plugin {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    name: 'narrow',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle).filter(
        (it): it is Rolldown.OutputChunk => it.type === 'chunk',
      )) {
        chunk.code = chunk.code.replaceAll(/[^\0-\x7f]/g, escaped)
      }
    },
  }
}
