import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {RequestInvalid} from '../field-errors.ts'
import {needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {serverMeant, ServerParams} from '../scope/server-meant.ts'

/** The server's own settings by its own names; passwords among them never leave. */
export function serverPreferences(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/preferences',
      {schema: read, config: needs('manage', 'server')},
      async ({params, scope}) =>
        withoutSecrets(await scope.reader.preferences(serverMeant(scope, params.id).id)),
    )
    app.patch(
      '/servers/:id/preferences',
      {schema: change, config: needs('manage', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        refuseMasks(body)
        await scope.executor.runOnServer(id, {verb: 'setPreferences', args: {values: body}})
        return reply.code(204).send()
      },
    )
  }
}

const mask = '***'
const secretName = /pass(word|wd|phrase)?($|[_-])|secret|token|api[_-]?key|cookie/i

/** Deluge nests its settings (`proxy.password`), so this goes all the way down. */
function withoutSecrets(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => {
      if (secretName.test(name) && typeof value === 'string' && value !== '') return [name, mask]
      return [name, isRecord(value) ? withoutSecrets(value) : value]
    }),
  )
}

function isRecord(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Whoever sends back what he read would otherwise set a password of three asterisks. */
function refuseMasks(values: Readonly<Record<string, unknown>>): void {
  const masked = maskedNames(values)
  if (masked.length === 0) return
  const accepted = 'the new value; leave it out to keep the old one'
  throw new RequestInvalid(
    `*** stands for a secret we do not show: ${masked.join(', ')}.`,
    masked.map((field) => ({field, found: mask, accepted})),
  )
}

function maskedNames(values: object): string[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
    if (value === mask) return [name]
    return isRecord(value) ? maskedNames(value).map((inner) => `${name}.${inner}`) : []
  })
}

const values = z.record(z.string(), z.unknown())

const read = {
  operationId: 'getServerPreferences',
  tags: ['servers'],
  summary: "A server's own settings, by its own names",
  params: ServerParams,
  response: ok(values.describe('Names and values as the server has them; secrets show as ***')),
}

const change = {
  operationId: 'setServerPreferences',
  tags: ['servers'],
  summary: "Change a server's own settings",
  params: ServerParams,
  body: values
    .refine((it) => Object.keys(it).length > 0, 'at least one setting')
    .describe('Names and values as the server has them; what is absent stays'),
  response: nothing,
}
