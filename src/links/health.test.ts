import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  healthPolicy,
  initialHealth,
  isSyncing,
  recalled,
  step,
  type HealthEvent,
  type HealthState,
} from './health.ts'

const T0 = 1_000_000
const failed = (
  reason: 'timed_out' | 'wrong_credentials' | 'banned' | 'version_too_old' | 'login_page',
  retryAt: number | null = null,
) => ({type: 'failed', reason, detail: 'x', retryAt, isOverdue: false, random: 1}) as const
const connected = {type: 'connected', version: '5.1.0', limitation: null} as const
const synced = {type: 'synced', stable: true, why: 'list_growing', slow: false, traits: null} as const

function after(events: readonly HealthEvent[], from = initialHealth(T0), now = T0): HealthState {
  return events.reduce((state, event) => step(state, event, now), from)
}

const online = after([{type: 'connecting'}, connected, synced])

test('a server comes online through connecting and warming', () => {
  expect(after([{type: 'connecting'}]).status).toBe('connecting')
  expect(after([{type: 'connecting'}, connected])).toMatchObject({status: 'warming', reason: 'list_growing'})
  expect(online).toMatchObject({status: 'online', reason: 'none', nextTryAt: null, lastOkAt: T0})
})

test('a server that worked gets two quick tries before its circuit opens at the third failure', () => {
  expect(after([failed('timed_out')], online)).toMatchObject({status: 'degraded', nextTryAt: T0 + 1000})
  expect(after([failed('timed_out'), failed('timed_out')], online)).toMatchObject({
    status: 'degraded',
    nextTryAt: T0 + 2000,
  })
  const open = after([failed('timed_out'), failed('timed_out'), failed('timed_out')], online)
  expect(open).toMatchObject({status: 'unreachable', reason: 'timed_out', nextTryAt: T0 + 5000, failures: 3})
})

test('one answer closes the circuit again', () => {
  const open = after([failed('timed_out'), failed('timed_out'), failed('timed_out')], online)
  expect(after([{type: 'connecting'}, connected, synced], open)).toMatchObject({
    status: 'online',
    failures: 0,
  })
})

test('who has not answered for three intervals is not online, at its first failure or while it is asked', () => {
  const overdue = after([{...failed('timed_out'), isOverdue: true}], online)
  expect(overdue).toMatchObject({status: 'unreachable', failures: 1, nextTryAt: T0 + 5_000})
  const silent = after([{type: 'silent', detail: 'No answer for 30 s.'}], online)
  expect(silent).toMatchObject({status: 'unreachable', reason: 'timed_out', nextTryAt: null})
  expect(after([synced], silent).status).toBe('online')
  expect(after([failed('timed_out')], silent)).toMatchObject({status: 'unreachable', nextTryAt: T0 + 5_000})
  const refused = after([failed('wrong_credentials')])
  expect(after([{type: 'silent', detail: 'x'}], refused)).toEqual(refused)
})

test('a port that takes connections again is tried at once, but by no credentials that were refused', () => {
  const away = after([failed('timed_out'), failed('timed_out'), failed('timed_out')], online)
  expect(after([{type: 'reachable'}], away).nextTryAt).toBe(T0)
  expect(after([{type: 'reachable'}], after([failed('version_too_old')])).nextTryAt).toBe(T0)
  for (const waiting of [after([failed('banned')]), after([failed('wrong_credentials')]), online])
    expect(after([{type: 'reachable'}], waiting)).toEqual(waiting)
})

test('waits double up to a minute, and a server that says when to come back is obeyed', () => {
  let state = after([{type: 'connecting'}])
  const waits = Array.from({length: 9}, () => (state = step(state, failed('timed_out'), T0)).nextTryAt! - T0)
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000])
  expect(step(state, failed('timed_out', T0 + 999_999), T0).nextTryAt).toBe(T0 + 999_999)
})

test('refused credentials are tried twice in all, then never again automatically', () => {
  const once = after([{type: 'connecting'}, failed('wrong_credentials')])
  expect(once).toMatchObject({status: 'auth_failed', nextTryAt: T0 + healthPolicy.secondLoginMs})
  const twice = after([{type: 'connecting'}, failed('wrong_credentials')], once)
  expect(twice).toMatchObject({status: 'auth_failed', nextTryAt: null, refusedLogins: 2})
})

test('a click or a proved restart lets refused credentials be tried again', () => {
  const stuck = after([failed('wrong_credentials'), failed('wrong_credentials')])
  for (const type of ['retryNow', 'restartProved'] as const) {
    expect(step(stuck, {type}, T0)).toMatchObject({nextTryAt: T0, refusedLogins: 0})
  }
})

test('a ban ends when its time is over or with a restart; a try before that changes nothing about it', () => {
  const banned = after([failed('banned')])
  expect(banned).toMatchObject({status: 'banned', nextTryAt: T0 + healthPolicy.banMs})
  expect(step(banned, {type: 'retryNow'}, T0)).toEqual(banned)
  expect(step(banned, {type: 'restartProved'}, T0).nextTryAt).toBe(T0)
  expect(after([failed('banned', T0 + 5000)]).nextTryAt).toBe(T0 + 5000)
  const tried = after([{type: 'connecting'}, failed('banned')], banned, T0 + 600_000)
  expect([tried.status, tried.nextTryAt]).toEqual(['banned', banned.nextTryAt])
  const over = after([{type: 'connecting'}, failed('banned')], banned, T0 + healthPolicy.banMs + 1)
  expect(over.nextTryAt).toBe(T0 + 2 * healthPolicy.banMs + 1)
})

test('a version that is too old is looked at again: servers get upgraded', () => {
  expect(after([failed('version_too_old')])).toMatchObject({status: 'incompatible', nextTryAt: T0 + 60_000})
})

test('a short list is warming with its reason, a slow or old server degraded', () => {
  const growing = {...synced, stable: false}
  expect(after([connected, growing])).toMatchObject({status: 'warming', reason: 'list_growing'})
  expect(after([connected, {...growing, why: 'list_dropped'}])).toMatchObject({
    status: 'warming',
    reason: 'list_dropped',
  })
  expect(after([connected, {...synced, slow: true}])).toMatchObject({status: 'degraded', reason: 'slow'})
  expect(after([{...connected, limitation: 'less'}, synced])).toMatchObject({
    status: 'degraded',
    detail: 'less',
  })
})

test('a server whose list is still doubted does not become trusted by failing', () => {
  const doubted = after([connected, {...synced, stable: false, why: 'list_dropped'}])
  const once = after([failed('timed_out')], doubted)
  expect(once).toMatchObject({status: 'warming', reason: 'timed_out', nextTryAt: T0 + 1000})
  expect(after([failed('timed_out'), failed('timed_out')], once).status).toBe('unreachable')
})

test('a click is heard although the server had asked to be left alone for an hour', () => {
  const limited = after([failed('timed_out', T0 + 3_600_000)], online)
  expect(limited).toMatchObject({status: 'degraded', nextTryAt: T0 + 3_600_000})
  expect(step(limited, {type: 'retryNow'}, T0)).toMatchObject({status: 'degraded', nextTryAt: T0})
  expect(step(online, {type: 'retryNow'}, T0).nextTryAt).toBeNull()
})

test('a ban and refused logins outlive our restart while the credentials are the same, all else is found out again', () => {
  const banned = after([failed('banned')])
  const refused = after([failed('wrong_credentials'), failed('wrong_credentials')])
  expect(recalled(banned, true, T0 + 5).nextTryAt).toBe(banned.nextTryAt)
  expect(recalled(banned, false, T0 + 5)).toMatchObject({status: 'unknown', nextTryAt: T0 + 5})
  expect(recalled(banned, true, 5).nextTryAt).toBe(5 + healthPolicy.banMs)
  expect(recalled(refused, true, T0 + 5)).toMatchObject({status: 'auth_failed', nextTryAt: null})
  expect(recalled(refused, false, T0 + 5)).toMatchObject({status: 'unknown', nextTryAt: T0 + 5})
  expect(recalled(online, true, T0 + 5)).toMatchObject({status: 'unknown', lastOkAt: T0, nextTryAt: T0 + 5})
})

const anyEvent: fc.Arbitrary<HealthEvent> = fc.oneof(
  fc.constantFrom<HealthEvent>(
    {type: 'connecting'},
    connected,
    synced,
    {...synced, stable: false},
    {type: 'disabled', reason: 'disabled'},
    {type: 'enabled'},
    {type: 'retryNow'},
    {type: 'restartProved'},
    {type: 'reachable'},
    {type: 'silent', detail: 'x'},
  ),
  fc
    .constantFrom('timed_out', 'wrong_credentials', 'banned', 'version_too_old', 'login_page')
    .map((reason) => failed(reason as 'banned')),
)

test('whatever happens: never a login loop, never a lost server, `since` only moves with the state', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, {maxLength: 60}), (events) => {
      let state = initialHealth(T0)
      let now = T0
      for (const event of events) {
        const before = state
        state = step(state, event, (now += 10))
        if (state.status === before.status && state.reason === before.reason)
          expect(state.since).toBe(before.since)
        const human = event.type === 'retryNow' || event.type === 'restartProved' || event.type === 'enabled'
        // With two refusals behind it nothing but a person or a restart arms another try.
        if (
          before.refusedLogins >= 2 &&
          before.status === 'auth_failed' &&
          !human &&
          event.type !== 'failed'
        ) {
          if (state.status === 'auth_failed') expect(state.nextTryAt).toBeNull()
        }
        // Whoever is in trouble and not waiting for a person comes back by itself.
        if (event.type === 'failed' && event.reason !== 'wrong_credentials' && !isSyncing(state.status)) {
          expect(state.nextTryAt).toBeGreaterThan(now)
        }
      }
    }),
  )
})
