import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {Settings} from '#accounts/settings.ts'
import {fromWire, toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {SettingsChange, SettingsSchema} from '../schemas/settings.ts'

export interface SettingsRouteParts {
  readonly settings: Pick<Settings, 'values' | 'change'>
}

/** What holds for everybody; administrators see and change it. */
export function settingsRoutes({settings}: SettingsRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/settings', {schema: read, config: needs('admin', 'program')}, async () =>
      toWire(settings.values),
    )
    app.patch('/settings', {schema: change, config: needs('admin', 'program')}, async ({principal, body}) =>
      toWire(await settings.change(principal.actor, fromWire(body))),
    )
  }
}

const read = {
  operationId: 'getSettings',
  tags: ['program'],
  summary: 'The settings of Commodarr',
  response: ok(SettingsSchema),
}

const change = {
  operationId: 'changeSettings',
  tags: ['program'],
  summary: 'Change settings of Commodarr',
  description: 'They hold at once. The audit has what each was and what it became.',
  body: SettingsChange,
  response: ok(SettingsSchema),
}
