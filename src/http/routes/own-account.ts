import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {PreferenceMap, Preferences} from '#accounts/preferences.ts'
import type {Users} from '#accounts/users.ts'
import type {Principal, User} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {toWire} from '../answers/codec.ts'
import type {PeopleRouteDeps} from '../sign-in/people-parts.ts'
import {forVisitors, needs, demandWholeKey, refuseKeys} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {OwnPasswordBody, PersonSchema, UserSchema} from '../schemas/people.ts'
import {PreferencesChange, PreferencesSchema} from '../schemas/settings.ts'
import {whereaboutsOf} from '../sign-in/session.ts'

/** One's own account, and with whom one can share. */
export function ownAccountRoutes({people}: Pick<PeopleRouteDeps, 'people'>): FastifyPluginAsyncZod {
  const {users, passwordChanges} = people
  return async (app) => {
    app.get('/users/me', {schema: me, config: forVisitors}, async ({principal}) =>
      toWire(userOf(users, principal)),
    )
    app.put('/users/me/password', {schema: password, config: forVisitors}, async (request, reply) => {
      const {principal, body} = request
      const {via, credentialId} = principal
      if (via !== 'session' || credentialId === null) {
        throw new CommodarrError('session_required', 'Log in with your password to change it.')
      }
      const user = userOf(users, principal)
      const spared = {session: credentialId, keys: body.keys === 'keep'}
      await passwordChanges.own(user, body.current, body.next, spared, whereaboutsOf(request))
      return reply.code(204).send()
    })
    app.get('/people', {schema: list, config: needs('manage', 'program')}, async () => ({
      people: users
        .list()
        .filter((it) => !it.disabled)
        .map(({id, name}) => ({id, name})),
    }))
  }
}

/** @throws {CommodarrError} user_unknown: who comes with the token of the configuration has no account */
function userOf(users: Users, {userId}: Principal): User {
  if (userId === null) throw new CommodarrError('user_unknown', 'You have no account here.')
  return users.known(userId)
}

const me = {
  operationId: 'getOwnUser',
  tags: ['people'],
  summary: 'Your own account',
  description:
    'Answers 404 user_unknown to requests without an account: the token of the configuration, and a Commodarr that requires no login.',
  response: ok(UserSchema),
}

const password = {
  operationId: 'changeOwnPassword',
  tags: ['people'],
  summary: 'Change your password; ends all your other sessions, and your API keys unless you keep them',
  body: OwnPasswordBody,
  response: nothing,
}

const list = {
  operationId: 'listPeople',
  tags: ['people'],
  summary: 'With whom servers can be shared',
  response: ok(z.object({people: z.array(PersonSchema)})),
}

/** How somebody likes his pages. */
export function preferenceRoutes(preferences: Pick<Preferences, 'of' | 'change'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/preferences', {schema: read, config: forVisitors}, async ({principal}) => {
      demandWholeKey(principal)
      return wirePreferences(preferences.of(principal.userId))
    })
    app.patch('/preferences', {schema: change, config: forVisitors}, async ({principal, body}) => {
      refuseKeys(principal)
      return wirePreferences(await preferences.change(principal.userId, new Map(Object.entries(body))))
    })
  }
}

function wirePreferences(preferences: PreferenceMap): Record<string, unknown> {
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
