import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {RefusedAttempt, type Attempts} from '#accounts/attempts.ts'
import type {TwoSteps} from '#accounts/two-step.ts'
import {asUserId, type Principal, type UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {User, UserBook} from '#model/people.ts'
import {Secret} from '#model/secret.ts'
import {addressOf} from '../security/hardening.ts'
import {forVisitors, needs} from '../route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {
  RecoveryCodes,
  TwoStepConfirm,
  TwoStepEnd,
  TwoStepSecret,
  TwoStepStart,
  TwoStepState,
  UserParams,
} from '../schemas/credentials.ts'

export interface TwoStepRouteParts {
  readonly twoSteps: TwoSteps
  readonly users: UserBook
  readonly attempts: Attempts
  /** Is this his password? */
  readonly checkPassword: (userId: UserId, password: Secret) => Promise<boolean>
}

/** The second step of one's own log-in; an administrator can take away that of somebody who lost his authenticator. */
export function twoStepRoutes(parts: TwoStepRouteParts): FastifyPluginAsyncZod {
  const {twoSteps, users} = parts
  return async (app) => {
    app.get('/two-step', {schema: read, config: forVisitors}, async ({principal: {userId}}) => ({
      on: userId !== null && twoSteps.isOn(userId),
      recovery_codes: userId === null ? 0 : twoSteps.recoveryCodesLeft(userId),
    }))
    app.post('/two-step/start', {schema: start, config: forVisitors}, async (request) => {
      const user = whoLoggedIn(request.principal, users)
      await guarded(parts, addressOf(request), user, async () =>
        checkPassword(parts, user, request.body.password),
      )
      const {secret, uri, expiresAt} = twoSteps.start(user)
      return {secret: secret.reveal(), uri: uri.reveal(), expires_at: expiresAt}
    })
    app.post('/two-step/confirm', {schema: confirm, config: forVisitors}, async ({principal, body}) => ({
      recovery_codes: [...(await twoSteps.confirm(principal, whoLoggedIn(principal, users), body.code))],
    }))
    app.delete('/two-step', {schema: end, config: forVisitors}, async (request, reply) => {
      const {principal, body} = request
      const user = whoLoggedIn(principal, users)
      await guarded(parts, addressOf(request), user, async () => {
        try {
          await checkPassword(parts, user, body.password)
        } catch (error) {
          if (error instanceof CommodarrError) await twoSteps.tellRefusal(principal, user, error)
          throw error
        }
        await twoSteps.switchOff(principal, user, body.code)
      })
      return reply.code(204).send()
    })
    app.post(
      '/users/:id/two-step/reset',
      {schema: reset, config: needs('admin', 'program')},
      async ({principal, params}, reply) => {
        const user = users.get(asUserId(params.id))
        if (user === null) throw new CommodarrError('user_unknown', 'There is no such user.', {id: params.id})
        if (user.id === principal.userId) {
          throw new CommodarrError('forbidden', 'Switch off your own second step with password and code.')
        }
        await twoSteps.reset(principal, user)
        return reply.code(204).send()
      },
    )
  }
}

/**
 * Only a log-in with a password asks for a second step, so only who has one can want it.
 * @throws {CommodarrError} session_required, forbidden
 */
function whoLoggedIn({via, userId}: Principal, users: UserBook): User {
  const user = via === 'session' && userId !== null ? users.get(userId) : null
  if (user === null) throw new CommodarrError('session_required', 'Log in to change your second step.')
  if (!user.hasPassword) {
    throw new CommodarrError('forbidden', 'You log in elsewhere; that is where a second step belongs.')
  }
  return user
}

/** Who has stolen a session must not be able to try out password or code. @throws {TooManyAttempts} */
async function guarded(
  {attempts}: TwoStepRouteParts,
  address: string,
  {id}: User,
  work: () => Promise<void>,
): Promise<void> {
  await attempts.judge(address, `two-step ${id}`, async () => {
    try {
      await work()
    } catch (error) {
      const counts = error instanceof CommodarrError && error.code === 'sign_in_refused'
      throw counts ? new RefusedAttempt(error) : error
    }
  })
}

async function checkPassword(parts: TwoStepRouteParts, {id}: User, password: string): Promise<void> {
  if (await parts.checkPassword(id, new Secret(password))) return
  throw new CommodarrError('sign_in_refused', 'The password is wrong.')
}

const read = {
  operationId: 'getTwoStep',
  tags: ['people'],
  summary: 'Does your log-in ask for a second step?',
  response: ok(TwoStepState),
}

const start = {
  operationId: 'startTwoStep',
  tags: ['people'],
  summary: 'Begin with a second step: a secret for your authenticator',
  description: 'Nothing changes until POST /api/two-step/confirm sends a code of it. Only with a session.',
  body: TwoStepStart,
  response: ok(TwoStepSecret),
}

const confirm = {
  operationId: 'confirmTwoStep',
  tags: ['people'],
  summary: 'Switch the second step on with a first code',
  body: TwoStepConfirm,
  response: ok(RecoveryCodes),
}

const end = {
  operationId: 'endTwoStep',
  tags: ['people'],
  summary: 'Switch the second step off',
  body: TwoStepEnd,
  response: nothing,
}

const reset = {
  operationId: 'resetTwoStep',
  tags: ['people'],
  summary: 'Switch the second step of somebody off who lost his authenticator',
  params: UserParams,
  response: nothing,
}
