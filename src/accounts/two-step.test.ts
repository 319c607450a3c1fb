import {generateSync} from 'otplib'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {acting, entriesOf, FakePeople, insertPeople, person} from './people.fixture.ts'
import {Sealer} from './secrets.ts'
import {TwoSteps} from './two-step.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const vic = person('vic', 'viewer')
const STEP_MS = 30_000
/** At the beginning of a step. */
const startAt = 1_767_225_600_000

let store: Store
let clock: VirtualClock
let steps: TwoSteps
let sealer: Sealer
let reported: [string, boolean][]
const loaded = (change: {readonly store?: Pick<Store, 'read' | 'write'>; readonly sealer?: Sealer} = {}) =>
  TwoSteps.load(
    change.store ?? store,
    change.sealer ?? sealer,
    new FakePeople(ada, mia, vic),
    clock,
    (id, on) => reported.push([id, on]),
  )

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  await insertPeople(store, ada, mia, vic)
  clock = new VirtualClock(startAt)
  sealer = Sealer.ofThisRun()
  reported = []
  steps = await loaded()
})
afterEach(() => store.close())

/** What the authenticator shows, so many steps from now. */
const shown = (secret: string, stepsFromNow = 0) =>
  generateSync({secret, epoch: Math.floor(clock.now() / 1000) + stepsFromNow * 30})

async function switchedOn(user = mia): Promise<{secret: string; codes: readonly string[]}> {
  const secret = steps.start(user).secret.reveal()
  const codes = await steps.confirm(acting(user), user, shown(secret))
  await clock.advance(STEP_MS)
  return {secret, codes}
}

test('the URI for the QR code names program and user', () => {
  const {secret, uri, expiresAt} = steps.start(mia)
  const url = new URL(uri.reveal())
  expect(url.protocol + url.host).toBe('otpauth:totp')
  expect(decodeURIComponent(url.pathname)).toBe('/Commodarr:mia')
  expect(url.searchParams.get('secret')).toBe(secret.reveal())
  expect(url.searchParams.get('issuer')).toBe('Commodarr')
  expect(expiresAt).toBe(startAt + 600_000)
})

test('nothing is asked for until a first code proves that the authenticator works', async () => {
  const {secret} = steps.start(mia)
  expect(steps.isOn(mia.id)).toBe(false)
  await expect(steps.confirm(acting(mia), mia, '000000')).rejects.toMatchObject({code: 'sign_in_refused'})
  expect(steps.isOn(mia.id)).toBe(false)
  await steps.confirm(acting(mia), mia, shown(secret.reveal()))
  expect([steps.isOn(mia.id), steps.isOn(vic.id)]).toEqual([true, false])
  expect(reported).toEqual([[mia.id, true]])
})

test('the known vectors of RFC 6238 hold', async () => {
  // Appendix B, SHA-1, cut to six digits; the secret is "12345678901234567890".
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  for (const [epoch, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [20000000000, '353130'],
  ] as const) {
    expect(generateSync({secret, epoch})).toBe(code)
  }
})

test.each([
  [-2, false],
  [-1, true],
  [0, true],
  [1, true],
  [2, false],
])('a code of %d steps from now is good: %s', async (away, good) => {
  const {secret} = await switchedOn()
  await clock.advance(4 * STEP_MS)
  expect(await steps.check(mia.id, shown(secret, away))).toBe(good)
})

test('no code opens twice, nor does an older one after it, also after a restart', async () => {
  const {secret} = await switchedOn()
  await clock.advance(4 * STEP_MS)
  expect(await steps.check(mia.id, shown(secret))).toBe(true)
  expect(await steps.check(mia.id, shown(secret))).toBe(false)
  expect(await steps.check(mia.id, shown(secret, -1))).toBe(false)
  steps = await loaded()
  expect(await steps.check(mia.id, shown(secret))).toBe(false)
  expect(await steps.check(mia.id, shown(secret, 1))).toBe(true)
})

test('the code that switched it on opens nothing more', async () => {
  const secret = steps.start(mia).secret.reveal()
  await steps.confirm(acting(mia), mia, shown(secret))
  expect(await steps.check(mia.id, shown(secret))).toBe(false)
})

test('the same code sent ten times at once opens once', async () => {
  const {secret} = await switchedOn()
  const code = shown(secret)
  const answers = await Promise.all(Array.from({length: 10}, () => steps.check(mia.id, code)))
  expect(answers.filter(Boolean)).toHaveLength(1)
})

test('spaces and dashes in a code do not matter', async () => {
  const {secret, codes} = await switchedOn()
  const code = shown(secret)
  expect(await steps.check(mia.id, ` ${code.slice(0, 3)} ${code.slice(3)}\u00a0`)).toBe(true)
  expect(await steps.check(mia.id, codes[0]!.replaceAll('-', ' ').toUpperCase())).toBe(true)
  expect(await steps.check(mia.id, codes[1]!.replaceAll('-', '–'))).toBe(true)
})

test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '-1.5e3', 'x'.repeat(10_000)])(
  '%j is no code',
  async (code) => {
    await switchedOn()
    expect(await steps.check(mia.id, code)).toBe(false)
  },
)

test('ten recovery codes of at least 50 bits, each opens once, also after a restart', async () => {
  const {codes} = await switchedOn()
  expect(new Set(codes).size).toBe(10)
  for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
  expect(await steps.check(mia.id, codes[3]!)).toBe(true)
  expect(await steps.check(mia.id, codes[3]!)).toBe(false)
  steps = await loaded()
  expect(await steps.check(mia.id, codes[3]!)).toBe(false)
  expect(await steps.check(mia.id, codes[4]!)).toBe(true)
  expect(steps.recoveryCodesLeft(mia.id)).toBe(8)
})

test('the same recovery code sent ten times at once opens once', async () => {
  const {codes} = await switchedOn()
  const answers = await Promise.all(Array.from({length: 10}, () => steps.check(mia.id, codes[0]!)))
  expect(answers.filter(Boolean)).toHaveLength(1)
})

test('codes of one user open nothing for another', async () => {
  const {secret, codes} = await switchedOn(mia)
  await switchedOn(vic)
  expect(await steps.check(vic.id, shown(secret))).toBe(false)
  expect(await steps.check(vic.id, codes[0]!)).toBe(false)
})

test('neither secret nor recovery codes can be read in the database', async () => {
  const {secret, codes} = await switchedOn()
  const text = JSON.stringify(await store.read((db) => db.selectFrom('users').selectAll().execute()))
  for (const plain of [secret, ...codes, ...codes.map((it) => it.replaceAll('-', ''))])
    expect(text).not.toContain(plain)
})

test('with a lost key digits are reported as unreadable, and recovery codes still open', async () => {
  const {secret, codes} = await switchedOn()
  steps = await loaded({sealer: Sealer.ofThisRun()})
  await expect(steps.check(mia.id, shown(secret))).rejects.toMatchObject({code: 'secret_unreadable'})
  expect(await steps.check(mia.id, codes[0]!)).toBe(true)
})

test('without a key to encrypt with it cannot be begun', async () => {
  steps = await loaded({sealer: new Sealer(null)})
  expect(() => steps.start(mia)).toThrow(expect.objectContaining({code: 'secret_unreadable'}))
})

test('what was begun is forgotten after ten minutes, and begun again by asking again', async () => {
  const first = steps.start(mia).secret.reveal()
  const second = steps.start(mia).secret.reveal()
  await expect(steps.confirm(acting(mia), mia, shown(first))).rejects.toMatchObject({code: 'sign_in_refused'})
  await clock.advance(600_000)
  await expect(steps.confirm(acting(mia), mia, shown(second))).rejects.toMatchObject({
    code: 'changed_meanwhile',
  })
})

test('while it is on it cannot be begun again: a stolen session must not replace the authenticator', async () => {
  await switchedOn()
  expect(() => steps.start(mia)).toThrow(expect.objectContaining({code: 'changed_meanwhile'}))
})

test('two confirmations at once switch it on once: no one is shown recovery codes that do not work', async () => {
  const code = shown(steps.start(mia).secret.reveal())
  const outcomes = await Promise.allSettled([1, 2].map(() => steps.confirm(acting(mia), mia, code)))
  expect(outcomes.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
})

test('it is switched off, and then nothing of it is left', async () => {
  const {secret, codes} = await switchedOn()
  await steps.switchOff(acting(mia), mia)
  expect(steps.isOn(mia.id)).toBe(false)
  for (const code of [shown(secret), codes[0]!]) expect(await steps.check(mia.id, code)).toBe(false)
  const [row] = await store.read((db) =>
    db.selectFrom('users').selectAll().where('id', '=', mia.id).execute(),
  )
  expect(row).toMatchObject({totpSecret: null, totpStep: null, recoveryCodes: '[]'})
})

test('an administrator takes it away from a user who lost their authenticator', async () => {
  await switchedOn()
  await steps.reset(acting(ada), mia)
  await steps.reset(acting(ada), mia)
  expect(steps.isOn(mia.id)).toBe(false)
  expect(reported).toEqual([
    [mia.id, true],
    [mia.id, false],
  ])
})

test('the audit records all of it, and no code', async () => {
  const {codes} = await switchedOn()
  await steps.check(mia.id, codes[0]!)
  await steps.switchOff(acting(mia), mia)
  await switchedOn()
  await steps.reset(acting(ada), mia)
  expect(await entriesOf(store)).toEqual([
    'mia user two-step-on mia',
    'mia user recovery-code mia',
    'mia user two-step-off mia',
    'mia user two-step-on mia',
    'ada user two-step-reset mia',
  ])
})

test('when the database fails nothing is switched on or off, and a recovery code is not lost', async () => {
  const {secret, codes} = await switchedOn()
  const real = store.write.bind(store)
  let fails = true
  const failing: Pick<Store, 'read' | 'write'> = {
    read: store.read.bind(store),
    write: (work) => (fails ? Promise.reject(new Error('disk')) : real(work)),
  }
  steps = await loaded({store: failing})
  await expect(steps.check(mia.id, codes[0]!)).rejects.toThrow('disk')
  await expect(steps.check(mia.id, shown(secret))).rejects.toThrow('disk')
  await expect(steps.reset(acting(ada), mia)).rejects.toThrow('disk')
  const other = steps.start(vic).secret.reveal()
  await expect(steps.confirm(acting(vic), vic, shown(other))).rejects.toThrow('disk')
  expect([steps.isOn(mia.id), steps.isOn(vic.id)]).toEqual([true, false])
  fails = false
  expect(await steps.check(mia.id, codes[0]!)).toBe(true)
  // Whether the database took the digits is not known: they do not open again.
  expect(await steps.check(mia.id, shown(secret))).toBe(false)
  expect(await steps.check(mia.id, shown(secret, 1))).toBe(true)
})

test('a user who was removed meanwhile gets no second step', async () => {
  const secret = steps.start(mia).secret.reveal()
  await store.write((db) => db.deleteFrom('users').where('id', '=', mia.id).execute())
  await expect(steps.confirm(acting(mia), mia, shown(secret))).rejects.toMatchObject({code: 'user_unknown'})
  expect(steps.isOn(mia.id)).toBe(false)
})
