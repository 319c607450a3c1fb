/** For tests of single routes: the real door, access check, schemas and problem documents around whatever is handed in. */
import cookie from '@fastify/cookie'
import Fastify, {type FastifyInstance, type FastifyServerOptions} from 'fastify'
import {serializerCompiler, type FastifyPluginAsyncZod, type ZodTypeProvider} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {accessOf} from '#accounts/grants.ts'
import {checkBy} from '#http/answers/field-errors.ts'
import {errorHandler} from '#http/answers/problems.ts'
import {checkAccess} from '#http/security/route-access.ts'
import {addAuthentication, type AuthenticationDeps} from '#http/sign-in/authentication.ts'
import type {SignIn} from '#http/sign-in/sign-in.ts'
import {systemClock, type Clock} from '#lib/clock.ts'
import type {Principal, User} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerRegistry} from '#model/services.ts'

export interface RigDeps extends Partial<AuthenticationDeps> {
  /** Below `/api`. */
  readonly routes?: readonly FastifyPluginAsyncZod[]
  /** At the root. */
  readonly pages?: readonly FastifyPluginAsyncZod[]
  readonly urlBase?: string
  readonly clock?: Clock
  readonly fastify?: Pick<FastifyServerOptions, 'trustProxy'>
}

export async function routeRig(parts: RigDeps): Promise<FastifyInstance> {
  const {routes = [], pages = [], urlBase = '', clock = systemClock} = parts
  const app = Fastify({...parts.fastify})
  app.setValidatorCompiler<z.ZodType>(
    ({schema, httpPart}) =>
      (data) =>
        checkBy(schema, data, httpPart ?? 'request'),
  )
  app.setSerializerCompiler(serializerCompiler)
  await app.register(cookie)
  addAuthentication(app, {
    signIns: parts.signIns ?? [],
    hosts: parts.hosts ?? [],
    stranger: () => new CommodarrError('unauthorised', 'Log in.'),
  })
  app.addHook('onRequest', checkAccess)
  app.setErrorHandler(errorHandler(clock))
  const typed = (scope: FastifyInstance) => scope.withTypeProvider<ZodTypeProvider>()
  for (const page of pages) await app.register(async (scope) => page(typed(scope), {}), {prefix: urlBase})
  for (const route of routes) {
    await app.register(async (scope) => route(typed(scope), {}), {prefix: `${urlBase}/api`})
  }
  await app.ready()
  return app
}

/** A way to sign in for tests: whoever the header `x-who` names comes in as `people` says. */
export function byHeader(people: Readonly<Record<string, Principal>>): SignIn {
  return ({headers}) => people[String(headers['x-who'])] ?? null
}

export function principalOf(user: User, servers: ServerRegistry, change: Partial<Principal> = {}): Principal {
  return {
    actor: {name: user.name, origin: 'user', userId: user.id, address: '192.0.2.1'},
    access: accessOf({userId: user.id, role: user.role, scopes: null, servers: null}, servers),
    userId: user.id,
    name: user.name,
    role: user.role,
    via: 'session',
    credentialId: `session-${user.name}`,
    ...change,
  }
}
