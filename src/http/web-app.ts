/**
 * The pages for people, as `vite build` left them in a folder: one page for every address that a person opens, and its
 * files below `/assets/`. The files' names change with their content, so browsers keep them; the page itself is made
 * for each answer, with the base path and a nonce for the styles that its libraries write, and what the page that is
 * opened needs first.
 */
import {randomBytes} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import files from '@fastify/static'
import type {FastifyPluginAsync, FastifyReply, FastifyRequest} from 'fastify'
import {escapeHtml} from './answers/html.ts'
import {openToAnyone} from './security/route-access.ts'
import {pagePolicy} from './security/security-headers.ts'

/** 128 bits, as the policy's specification asks for. */
const NONCE_BYTES = 16
/** A day: its name does not change with its content. */
const ICON_KEPT_S = 86_400
const plainPolicy = pagePolicy({})

export interface WebApp {
  /** For the scope below the base path. */
  readonly routes: FastifyPluginAsync
  /** Did a person open an address of a page? Which page it is, or that there is none, the page itself finds out. */
  isFor(request: FastifyRequest): boolean
  send(reply: FastifyReply): FastifyReply
  /** Did a person open the root, or the pages of qBitrr, beside the base path? */
  isBeside(request: FastifyRequest): boolean
  /** Where the pages begin. */
  readonly start: string
}

/** Strangers get it, too: it holds nothing of anybody, and it is what logs them in. */
export function webApp(
  /** Where `index.html`, `icon.svg` and `assets/` are. */
  folder: string,
  /** '' or `/base`. */
  urlBase: string,
): WebApp {
  const pageWith = pageOf(folder, urlBase)
  const send = (reply: FastifyReply) => sendPage(reply, pageWith)
  const program = new RegExp(`^${RegExp.escape(urlBase)}/(api|assets)(/|$)`)
  return {
    send,
    start: `${urlBase}/`,
    isFor: (request) => {
      const path = pathOf(request)
      return path.startsWith(`${urlBase}/`) && !program.test(path) && isPerson(request)
    },
    isBeside: (request) => urlBase !== '' && /^\/(ui(\/.*)?)?$/.test(pathOf(request)) && isPerson(request),
    routes: async (app) => {
      app.addHook('onRoute', (route) => {
        route.config = {...route.config, ...openToAnyone}
        route.schema = {...route.schema, hide: true}
      })
      app.get('/', (_request, reply) => send(reply))
      // Bookmarks and tiles of qBitrr.
      for (const old of ['/ui', '/ui/*']) app.get(old, (_request, reply) => reply.redirect(`${urlBase}/`))
      if (!existsSync(join(folder, 'assets'))) return
      const kept = {
        decorateReply: false,
        index: false as const,
        maxAge: '1y',
        immutable: true,
        preCompressed: true,
      }
      await app.register(files, {root: join(folder, 'assets'), prefix: '/assets/', ...kept})
      const icon = readFileSync(join(folder, 'icon.svg'))
      // Browsers ask for it again with each address that a page gives itself.
      app.get('/icon.svg', (_request, reply) =>
        reply.type('image/svg+xml').header('cache-control', `public, max-age=${ICON_KEPT_S}`).send(icon),
      )
    },
  }
}

function pathOf({url}: FastifyRequest): string {
  return url.split('?', 1)[0]!
}

/** Programs that ask for what is not there are told so, and get no page. */
function isPerson({method, headers}: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers.accept ?? '')
}

/** @param path of the page that is opened, with the base */
type PageText = (path: string, nonce: string) => string

function sendPage(reply: FastifyReply, pageWith: PageText | null): FastifyReply {
  const html = reply.type('text/html; charset=utf-8').serializer(String)
  if (!pageWith) return html.code(503).header('content-security-policy', plainPolicy).send(notBuilt)
  const nonce = randomBytes(NONCE_BYTES).toString('base64url')
  return html
    .code(200)
    .header('content-security-policy', pagePolicy({own: true, nonce}))
    .send(pageWith(pathOf(reply.request), nonce))
}

/** Files that the list alone needs, which the page names so that they come together with the others. */
const ofList = /^.*\bdata-for="list".*\n/gm
/** Of those who are signed in. */
const frame = /^ *<!-- frame\b[^]*<!-- \/frame -->\n/m

function pageOf(folder: string, urlBase: string): PageText | null {
  const path = join(folder, 'index.html')
  if (!existsSync(path)) return null
  const base = escapeHtml(urlBase)
  const html = readFileSync(path, 'utf8').replaceAll('"./', `"${base}/`).replaceAll('__BASE__', base)
  const inside = html.replaceAll(ofList, '')
  const outside = inside.replace(frame, '')
  return (opened, nonce) => {
    const page = opened.slice(urlBase.length)
    const isOutside = /^\/(login|setup|invitation)\/?$/.test(page)
    const text = /^\/(torrents\/?)?$/.test(page) ? html : isOutside ? outside : inside
    return text.replaceAll('__NONCE__', nonce)
  }
}

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Commodarr</title>
<h1>The pages of Commodarr are not built</h1>
<p>Start it with <code>npm start</code>, which builds them. The API works without them.</p>
</html>
`
