import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {PreferenceMap, Preferences} from '#accounts/preferences.ts'
import {forVisitors} from '../route-access.ts'
import {demandWholeKey, refuseKeys} from '../scope/own-things.ts'
import {ok} from '../schemas/answers.ts'
import {PreferencesChange, PreferencesSchema} from '../schemas/preferences.ts'

export interface PreferenceRouteParts {
  readonly preferences: Pick<Preferences, 'of' | 'change'>
}

/** How somebody likes his pages. */
export function preferenceRoutes({preferences}: PreferenceRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/preferences', {schema: read, config: forVisitors}, async ({principal}) => {
      demandWholeKey(principal)
      return told(preferences.of(principal.userId))
    })
    app.patch('/preferences', {schema: change, config: forVisitors}, async ({principal, body}) => {
      refuseKeys(principal)
      return told(await preferences.change(principal.userId, new Map(Object.entries(body))))
    })
  }
}

function told(preferences: PreferenceMap): Record<string, unknown> {
  return Object.fromEntries(preferences)
}

const read = {
  operationId: 'getPreferences',
  tags: ['people'],
  summary: 'Your preferences',
  description: 'Who has no account shares them with all others who have none.',
  response: ok(PreferencesSchema),
}

const change = {
  operationId: 'changePreferences',
  tags: ['people'],
  summary: 'Change your preferences',
  description: 'All that are named, or none. Not possible with a key.',
  body: PreferencesChange,
  response: ok(PreferencesSchema),
}
