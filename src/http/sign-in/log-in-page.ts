/** What somebody sees whose log-in at a provider ended badly: he stands there with a browser, not with a program. */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {CommodarrError} from '#model/errors.ts'
import {escapeHtml} from '../answers/html.ts'
import {statusOf, titleOf} from '../answers/problems.ts'
import {pagePolicy} from '../security/security-headers.ts'
import {shownMessage} from '../answers/storage-words.ts'

const style = `
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
  body { max-width: 36rem; margin: 12vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.5rem }
`

/** For `config` of the routes that answer with it. */
export const logInPagePolicy = pagePolicy({styles: [style]})

export function wantsPage({headers}: FastifyRequest): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '')
}

export function sendLogInPage(reply: FastifyReply, error: CommodarrError, urlBase: string): FastifyReply {
  return reply
    .code(statusOf[error.code])
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(page(error, urlBase))
}

function page(error: CommodarrError, urlBase: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Commodarr</title>
<style>${style}</style>
<h1>You are not logged in</h1>
<p>${escapeHtml(shownMessage(error))}</p>
<p><a href="${escapeHtml(urlBase)}/api/oidc/start">Try again</a> or go to the <a href="${escapeHtml(urlBase)}/">front page</a>.</p>
<p><small>${escapeHtml(titleOf(error.code))}</small></p>
</html>
`
}
