import type {FastifyRequest} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {Clock} from '#lib/clock.ts'
import {RateLimiter} from '#lib/rate-limiter.ts'
import type {ArrWebhooks} from '#model/arr-service.ts'
import {CommodarrError, TooManyAttempts} from '#model/errors.ts'
import {openToAnyone} from '../security/route-access.ts'
import {nothing} from '../schemas/answers.ts'
import {addressOf} from '../security/hardening.ts'

/** A pack of a whole series has a hundred episodes, and each is described. */
const MOST_BYTES = 1024 * 1024
const guessesPerMinute = 20
const MINUTE_MS = 60_000

/**
 * The webhook of Arrs: a door without a log-in, judged by its token alone before a byte of the body is read. Whatever
 * the body says, it is a word to look now: it is not even parsed.
 */
export function arrHintRoutes({
  webhooks,
  clock,
}: {
  readonly webhooks: Pick<ArrWebhooks, 'take'>
  readonly clock: Clock
}): FastifyPluginAsyncZod {
  const guesses = new RateLimiter({clock, times: guessesPerMinute, spanMs: MINUTE_MS})
  const check = (request: FastifyRequest): void => {
    const token = tokenOf(request)
    if (token !== null && webhooks.take(token)) return
    const again = guesses.take(addressOf(request))
    if (again !== null) throw new TooManyAttempts(again, 'Too many calls without a token of an Arr.')
    throw new CommodarrError('sign_in_refused', 'This takes the token that Commodarr gave to an Arr.')
  }
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', {parseAs: 'buffer'}, (_request, _body, done) => done(null, undefined))
    app.post(
      '/arrs/hints',
      {
        schema: hint,
        config: openToAnyone,
        bodyLimit: MOST_BYTES,
        onRequest: async (request) => check(request),
      },
      async (_request, reply) => reply.code(204).send(),
    )
  }
}

/** Older apps know no headers of their own: there it is the password. */
function tokenOf({headers}: FastifyRequest): string | null {
  const token = headers['x-commodarr-token']
  if (typeof token === 'string') return token
  const basic = /^basic +([\w+/=-]+)$/i.exec(headers.authorization ?? '')
  if (!basic) return null
  const text = Buffer.from(basic[1]!, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

const hint = {
  operationId: 'hearArr',
  tags: ['arrs'],
  summary: 'An Arr says that something happened',
  description:
    'The webhook that Commodarr registers in Arrs (`WebhookUrl`), with the token that it gave them in ' +
    'X-Commodarr-Token, or as password. What stands in the body is not read: the queue and the history of the Arr are ' +
    'looked at, once for many calls.',
  security: [],
  response: nothing,
}
