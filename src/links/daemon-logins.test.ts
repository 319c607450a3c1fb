import {expect, test, vi} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {ServerFault} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {DaemonLogins, type LoginBy} from './daemon-logins.ts'

const HOUR = 3_600_000

interface Attempt {
  readonly by: LoginBy
  readonly url: string
  readonly kind: ServerKind
  /** Of the user. */
  readonly name: string
}

/** A daemon that takes one password, and what it was asked. */
function harness(addressesOf?: (name: string) => Promise<readonly string[]>) {
  const clock = new VirtualClock()
  const logins = new DaemonLogins(clock, addressesOf)
  let refused = 0
  const isRight = {now: 'right'}
  const attempt = (
    password: string,
    {by = 'person', url = 'http://nas:8080', kind = 'qbittorrent', name = 'me'}: Partial<Attempt> = {},
  ) =>
    logins
      .run(loginOf(password, {url, kind, name}), by, async () => {
        if (password === isRight.now) return 'in'
        refused++
        throw new ServerFault('login_refused', 'wrong_credentials', 'no')
      })
      .catch((error: unknown) => (error as ServerFault).reason)
  return {clock, logins, attempt, isRight, refused: () => refused}
}

function loginOf(
  password: string,
  {url = 'http://nas:8080', kind = 'qbittorrent', name = 'me'}: Partial<Attempt> = {},
) {
  return {kind, url, username: name, password: new Secret(password), apiKey: null, basicAuth: null}
}

test('after three refused logins of any kind the daemon is left alone, before it locks us out', async () => {
  const it = harness()
  const tries = ['a', 'b', 'c', 'd', 'right'].map((password) => ({password, name: password}))
  const answers: unknown[] = []
  for (const {password, name} of tries) answers.push(await it.attempt(password, {name}))
  expect(answers).toEqual([...Array(3).fill('wrong_credentials'), 'logins_held', 'logins_held'])
  expect(it.refused()).toBe(3)
})

test('what goes on without a person stops at two, and an administrator has one more', async () => {
  const it = harness()
  await it.attempt('a')
  expect(await it.attempt('a', {by: 'link'})).toBe('wrong_credentials')
  expect(await it.attempt('a', {by: 'link'})).toBe('logins_held')
  await it.attempt('b')
  expect(await it.attempt('c')).toBe('logins_held')
  expect(await it.attempt('c', {by: 'administrator'})).toBe('wrong_credentials')
  expect(await it.attempt('right', {by: 'administrator'})).toBe('logins_held')
  expect(it.refused()).toBe(4)
})

test('the wait ends an hour after the first of them, and is reported', async () => {
  const it = harness()
  for (const password of ['a', 'b', 'c']) {
    await it.attempt(password)
    await it.clock.advance(60_000)
  }
  const held = await it.logins
    .run(loginOf('right'), 'person', async () => 'in')
    .catch((error: unknown) => error)
  expect((held as ServerFault).retryAt).toBe(it.clock.now() + HOUR - 3 * 60_000)
  await it.clock.advance(HOUR - 3 * 60_000)
  expect(await it.attempt('d')).toBe('wrong_credentials')
  expect(await it.attempt('right')).toBe('logins_held')
})

test('who was let in goes on, whatever others try, and with that the count ends', async () => {
  const it = harness()
  expect(await it.attempt('right', {by: 'link'})).toBe('in')
  for (const password of ['a', 'b', 'c', 'd']) await it.attempt(password)
  expect([await it.attempt('right', {by: 'link'}), it.refused()]).toEqual(['in', 3])
  expect(await it.attempt('d')).toBe('wrong_credentials')
})

test('credentials that it takes no longer are like any others', async () => {
  const it = harness()
  await it.attempt('right')
  it.isRight.now = 'newer'
  expect([await it.attempt('right', {by: 'link'}), await it.attempt('right', {by: 'link'})]).toEqual([
    'wrong_credentials',
    'wrong_credentials',
  ])
  expect(await it.attempt('right', {by: 'link'})).toBe('logins_held')
  await it.logins.refused(loginOf('right'))
  expect(await it.attempt('newer')).toBe('logins_held')
})

test('logins under way count: eight at once are three', async () => {
  const it = harness()
  const all = await Promise.all(Array.from({length: 8}, (_, n) => it.attempt(`guess ${n}`)))
  expect(it.refused()).toBe(3)
  expect(all.filter((answer) => answer === 'logins_held')).toHaveLength(5)
})

test('of those that wait for others the right ones come in', async () => {
  const it = harness()
  const all = await Promise.all([it.attempt('right'), ...Array.from({length: 4}, () => it.attempt('right'))])
  expect(all).toEqual(Array(5).fill('in'))
})

test('who waits for others ends with its signal', async () => {
  const it = harness()
  const stop = new AbortController()
  const never = new Promise<string>(() => {})
  for (let n = 0; n < 3; n++) void it.logins.run(loginOf(`slow ${n}`), 'person', () => never)
  const waiting = it.logins.run(loginOf('x'), 'person', async () => 'in', stop.signal)
  stop.abort(new Error('the link ended'))
  await expect(waiting).rejects.toThrow('the link ended')
})

test('a name that never resolves holds up no login, nor its end: then it counts by its name', async () => {
  const it = harness(() => new Promise(() => {}))
  const tries = ['a', 'b', 'c', 'd', 'right'].map((password) => it.attempt(password))
  await it.clock.advance(2_000)
  const answers = await Promise.all(tries)
  expect([answers.slice(3), it.refused()]).toEqual([['logins_held', 'logins_held'], 3])
  const restarted = it.logins.restarted(loginOf('a'))
  await it.clock.advance(2_000)
  await restarted
  for (let n = 0; n < 3; n++) {
    const refused = it.logins.refused(loginOf('a'))
    await it.clock.advance(2_000)
    await refused
  }
  const held = it.attempt('right')
  await it.clock.advance(2_000)
  expect(await held).toBe('logins_held')

  const stop = new AbortController()
  const ends = [
    it.logins.run(loginOf('x'), 'person', async () => 'in', stop.signal),
    it.logins.refused(loginOf('a'), stop.signal),
    it.logins.restarted(loginOf('a'), stop.signal),
  ]
  stop.abort(new Error('the link ended'))
  expect((await Promise.allSettled(ends)).map(({status}) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
})

test('a restart of the daemon ends the count', async () => {
  const it = harness()
  for (const password of ['a', 'b', 'c']) await it.attempt(password)
  await it.logins.restarted(loginOf('whichever'))
  expect(await it.attempt('right')).toBe('in')
})

test('a start of ours knows what was refused and who was let in before it', async () => {
  const it = harness()
  it.logins.recall(loginOf('a'), {refused: 2, agoMs: 10_000})
  it.logins.trust(loginOf('right', {name: 'other'}))
  expect([await it.attempt('b'), await it.attempt('c')]).toEqual(['wrong_credentials', 'logins_held'])
  expect(await it.attempt('right', {name: 'other'})).toBe('in')
  const later = harness()
  later.logins.recall(loginOf('a'), {refused: 3, agoMs: HOUR})
  expect(await later.attempt('right')).toBe('in')
})

test.each([
  ['another port', {url: 'http://nas:8081'}],
  ['another host', {url: 'http://attic:8080'}],
  ['another kind', {kind: 'transmission'}],
  ['another path', {url: 'http://nas:8080/base'}],
] as const)('%s is another daemon', async (_, other) => {
  const it = harness()
  for (const password of ['a', 'b', 'c']) await it.attempt(password)
  expect(await it.attempt('right', other)).toBe('in')
})

test.each([
  'http://NAS:8080//',
  'http://nas.:8080',
  'https://nas:8080',
  'http://10.0.0.7:8080',
  'http://[::ffff:10.0.0.7]:8080',
  'http://alias.example:8080',
])('%s is the same daemon', async (url) => {
  const zone: Readonly<Record<string, readonly string[]>> = {
    nas: ['10.0.0.7'],
    'alias.example': ['10.0.0.7', 'fd00::7'],
  }
  const it = harness(async (name) => zone[name] ?? [])
  for (const password of ['a', 'b', 'c']) await it.attempt(password)
  expect(await it.attempt('right', {url})).toBe('logins_held')
})

test.each(['http://nas:8080//base/', 'http://10.0.0.7:8080/BASE', 'https://nas:8080/x/../%62ase?x'])(
  '%s is the same daemon behind a proxy',
  async (url) => {
    const it = harness(async () => ['10.0.0.7'])
    for (const password of ['a', 'b', 'c']) await it.attempt(password, {url: 'http://nas:8080/base'})
    expect(await it.attempt('right', {url})).toBe('logins_held')
    expect(await it.attempt('right')).toBe('in')
  },
)

test('a success ends the count where it was written, not where its name seemed to lead', async () => {
  const it = harness(async () => ['10.0.0.7'])
  for (const password of ['a', 'b']) await it.attempt(password, {url: 'http://10.0.0.7:8080'})
  expect(await it.attempt('right', {url: 'http://mine.example:8080'})).toBe('in')
  expect(await it.attempt('c', {url: 'http://10.0.0.7:8080'})).toBe('wrong_credentials')
  expect(await it.attempt('d', {url: 'http://10.0.0.7:8080'})).toBe('logins_held')
  expect(await it.attempt('right', {url: 'http://mine.example:8080'})).toBe('in')
})

test('this machine is one, by whichever of its addresses', async () => {
  const it = harness()
  await it.attempt('a', {url: 'http://localhost:8080'})
  await it.attempt('b', {url: 'http://127.0.0.1:8080'})
  await it.attempt('c', {url: 'http://[::1]:8080'})
  expect(await it.attempt('right', {url: 'http://127.1.2.3:8080'})).toBe('logins_held')
})

test('a login whose answer is missing may have been refused, and counts as one, but for credentials that it took', async () => {
  const {logins} = harness()
  const lost = (password: string) =>
    logins
      .run(loginOf(password), 'person', async () => {
        throw new ServerFault('server_unreachable', 'timed_out', 'silent', {
          outcomeUnknown: true,
          isLoginOpen: true,
        })
      })
      .catch((error: unknown) => (error as ServerFault).reason)
  await logins.run(loginOf('right'), 'person', async () => 'in')
  for (let n = 0; n < 5; n++) expect(await lost('right')).toBe('timed_out')
  const answers: unknown[] = []
  for (let n = 0; n < 5; n++) answers.push(await lost('new'))
  expect(answers).toEqual([...Array(3).fill('timed_out'), 'logins_held', 'logins_held'])
  expect(await lost('right')).toBe('timed_out')
})

test('a link that waits for a daemon is woken by the ends of logins there alone, and asks its signal once each time', async () => {
  const {logins} = harness()
  const under = Array.from({length: 3}, () => Promise.withResolvers<string>())
  const there = under.map(({promise}, n) => logins.run(loginOf(`p${n}`), 'person', () => promise))
  const {signal} = new AbortController()
  const listens = vi.spyOn(signal, 'addEventListener')
  const stops = vi.spyOn(signal, 'removeEventListener')
  const listeners = () => listens.mock.calls.length - stops.mock.calls.length
  const waiting = logins.run(loginOf('right'), 'person', async () => 'in', signal)
  for (let n = 0; n < 50; n++) {
    await logins.run(loginOf('right', {url: 'http://other:8080'}), 'person', async () => 'in')
  }
  expect([listens.mock.calls.length, listeners()]).toEqual([1, 1])
  under[0]!.resolve('in')
  expect(await waiting).toBe('in')
  expect(listeners()).toBe(0)
  for (const {resolve} of under) resolve('in')
  expect(await Promise.all(there)).toEqual(['in', 'in', 'in'])
})
