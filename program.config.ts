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
  plugins: [beginnings(), spare(), late(), narrow()],
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

/** Lines of libraries that would load what `late` leaves for later. */
const eager = [
  {
    file: 'undici/lib/dispatcher/client.js',
    line: "= require('./client-h2.js')",
    late: "= (...all) => require('./client-h2.js')(...all)",
  },
  {
    file: '@fastify/compress/lib/utils.js',
    line: 'return obj instanceof Response',
    late: "return Object.prototype.toString.call(obj) === '[object Response]'",
  },
]

/**
 * Of Node what only encrypted connections need is loaded with the first of them, though libraries ask for it in their
 * first lines: it takes 6 MB. Node's own `fetch` and `WebSocket` take 3 MB, and are loaded for whoever imports names of
 * `node:http`, since the value of each is looked at; asked for as a module that is there, they are not.
 */
function late(): Plugin {
  const encrypted = /^(?:node:)?(https|http2|tls)$/
  const prefix = '\0late-'
  const named = /^import \{([^}]*)\} from "(node:http)";$/gm
  return {
    name: 'late',
    enforce: 'pre',
    resolveId: (id) => (encrypted.test(id) ? id.replace(encrypted, `${prefix}$1.cjs`) : null),
    load(id) {
      if (!id.startsWith(prefix)) return null
      const name = `node:${id.slice(prefix.length, -'.cjs'.length)}`
      return `module.exports = new Proxy({}, {get: (_, key) => process.getBuiltinModule('${name}')[key]})`
    },
    transform(code, id) {
      const found = eager.find(({file}) => id.endsWith(`node_modules/${file}`))
      if (!found) return null
      if (!code.includes(found.line)) this.error(`${found.file} has no "${found.line}" any more`)
      return {code: code.replace(found.line, found.late), map: null}
    },
    generateBundle(_options, bundle) {
      for (const chunk of chunksOf(bundle)) {
        chunk.code = chunk.code.replaceAll(
          named,
          (_text, names: string, of: string) =>
            `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("${of}");`,
        )
      }
    },
  }
}

/** A text with a single letter beyond ASCII takes two bytes for each of its letters in memory: Node reads it so. */
function narrow(): Plugin {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    name: 'narrow',
    generateBundle(_options, bundle) {
      for (const chunk of chunksOf(bundle)) {
        chunk.code = chunk.code.replaceAll(/[^\0-\x7f]/g, escaped)
      }
    },
  }
}

function chunksOf(bundle: Rolldown.OutputBundle): readonly Rolldown.OutputChunk[] {
  return Object.values(bundle).filter((it) => it.type === 'chunk')
}
