import fc from 'fast-check'
import {expect, test} from 'vitest'
import {CommodarrError, TooManyAttempts} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {
  accountPolicy,
  addressPolicy,
  Attempts,
  begun,
  clean,
  ended,
  KeyAttempts,
  RefusedAttempt,
  waitsUntil,
  type AttemptEnd,
  type Tally,
} from './attempts.ts'

const HERE = '192.0.2.1'
const no = new CommodarrError('sign_in_refused', 'No.')

const refuse = (attempts: Attempts, address: string, account: string | null) =>
  attempts
    .check(address, account, async () => {
      throw new RefusedAttempt(no)
    })
    .catch((error: unknown) => expect(error).toBe(no))

async function refuseOften(attempts: Attempts, times: number, address = HERE, account: string | null = null) {
  for (let n = 0; n < times; n++) await refuse(attempts, address, account)
}

/** How long the next attempt has to wait, ms; 0 = it may come. Asking changes nothing. */
async function waitOf(
  attempts: Attempts,
  clock: VirtualClock,
  address: string,
  account: string | null,
): Promise<number> {
  const question = new Error('only asking')
  const answer: unknown = await attempts
    .check(address, account, () => Promise.reject(question))
    .catch((error: unknown) => error)
  if (answer === question) return 0
  expect(answer).toBeInstanceOf(TooManyAttempts)
  return (answer as TooManyAttempts).retryAt - clock.now()
}

const afterRefusals = (count: number): Tally => ({refusals: count, lastAt: 0, underWay: 0})

test('the first refusals cost nothing, then the wait doubles up to its limit', () => {
  const waits = Array.from({length: 20}, (_, n) => waitsUntil(afterRefusals(n + 1), addressPolicy, 0) / 1000)
  expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 1])
  expect(waits.slice(5)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900])
})

test('an account waits a minute at most, however often it is tried', () => {
  expect(waitsUntil({...afterRefusals(1_000_000), lastAt: 5}, accountPolicy, 5)).toBe(5 + 60_000)
})

test('an hour without a refusal is forgiveness', () => {
  const many = afterRefusals(50)
  expect(begun(many, addressPolicy, 3_599_999).refusals).toBe(50)
  expect(begun(many, addressPolicy, 3_600_000)).toEqual({refusals: 0, lastAt: 0, underWay: 1})
})

test('whatever happens, what is under way and refused never goes below nothing, and never more than five are at once', () => {
  const steps = fc.array(fc.constantFrom<AttemptEnd | 'begin'>('begin', 'refused', 'succeeded', 'withdrawn'))
  fc.assert(
    fc.property(steps, (all) => {
      let tally = clean
      let now = 0
      let open = 0
      for (const step of all) {
        now += 100
        if (step !== 'begin') {
          if (open === 0) continue
          open--
          tally = ended(tally, step, now)
        } else if (waitsUntil(tally, addressPolicy, now) <= now) {
          open++
          tally = begun(tally, addressPolicy, now)
        }
        expect(tally.underWay).toBe(open)
        expect(open).toBeLessThanOrEqual(5)
        expect(tally.refusals).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

test('a refusal gives its own reason, a success its result', async () => {
  const attempts = new Attempts(new VirtualClock())
  await refuse(attempts, HERE, 'ada')
  expect(await attempts.check(HERE, 'ada', async () => 7)).toBe(7)
})

test('after five refusals from an address it has to wait, whatever names are tried; other addresses do not', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  for (let n = 0; n < 5; n++) await refuse(attempts, HERE, `name ${n}`)
  expect(await waitOf(attempts, clock, HERE, 'another')).toBe(1_000)
  expect(await waitOf(attempts, clock, HERE, null)).toBe(1_000)
  expect(await waitOf(attempts, clock, '192.0.2.2', 'another')).toBe(0)
})

test('a whole IPv6 network is one address', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  for (let n = 0; n < 5; n++) await refuse(attempts, `2001:db8::${n}`, null)
  expect(await waitOf(attempts, clock, '2001:db8::ffff', null)).toBe(1_000)
  expect(await waitOf(attempts, clock, '2001:db8:0:1::1', null)).toBe(0)
})

test('an account that is tried from everywhere has to wait, also when it does not exist', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  for (let n = 0; n < 5; n++) await refuse(attempts, `192.0.2.${n}`, 'ada')
  expect(await waitOf(attempts, clock, '198.51.100.1', 'ada')).toBe(1_000)
  expect(await waitOf(attempts, clock, '198.51.100.1', 'bob')).toBe(0)
})

test('a user who is known already is counted by their account alone: no one at their address holds them back', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock, 3)
  const ofAda = () =>
    attempts.checkKnown('ada', async () => {
      throw new RefusedAttempt(no)
    })
  await refuseOften(attempts, 5)
  for (let n = 0; n < 5; n++) await expect(ofAda()).rejects.toBe(no)
  await expect(ofAda()).rejects.toBeInstanceOf(TooManyAttempts)
  expect(await attempts.checkKnown('bob', async () => 7)).toBe(7)
  // Nor do strangers who type her name, or push out what is remembered.
  for (let n = 0; n < 5; n++) await refuse(attempts, `192.0.2.${10 + n}`, `name ${n}`)
  await expect(ofAda()).rejects.toBeInstanceOf(TooManyAttempts)
  expect(await waitOf(attempts, clock, '198.51.100.1', 'ada')).toBe(0)
})

test('what cannot be guessed opens at once, whatever others tried from there; what opens nothing counts', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  const wrong = () => attempts.open(HERE, null, async () => new RefusedAttempt(no))
  for (let n = 0; n < 5; n++) await expect(wrong()).rejects.toBe(no)
  await expect(wrong()).rejects.toBeInstanceOf(TooManyAttempts)
  expect(await attempts.open(HERE, 'a door', async () => new RefusedAttempt(no))).toBe('a door')
  expect(await waitOf(attempts, clock, HERE, null)).toBe(1_000)
})

test('attempts that are made all at once are not all the first one', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  let asked = 0
  const check = async () => {
    asked++
    await new Promise((done) => setImmediate(done))
    throw new RefusedAttempt(no)
  }
  const all = await Promise.allSettled(Array.from({length: 100}, () => attempts.check(HERE, 'ada', check)))
  expect(asked).toBe(5)
  expect(all.filter((it) => it.status === 'rejected' && it.reason === no)).toHaveLength(5)
  await clock.advance(1_000)
  const later = await Promise.allSettled(Array.from({length: 100}, () => attempts.check(HERE, 'ada', check)))
  expect(asked).toBe(6)
  expect(later).toHaveLength(100)
})

test('trying while one has to wait does not make the wait longer', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  await refuseOften(attempts, 5, HERE, 'ada')
  await clock.advance(500)
  for (let n = 0; n < 50; n++) expect(await waitOf(attempts, clock, HERE, 'ada')).toBe(500)
  await clock.advance(500)
  expect(await waitOf(attempts, clock, HERE, 'ada')).toBe(0)
})

test('a success clears the account, and of the address nothing', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  await refuseOften(attempts, 4, HERE, 'ada')
  await attempts.check(HERE, 'ada', async () => 'in')
  await refuse(attempts, HERE, 'ada')
  expect(await waitOf(attempts, clock, HERE, 'ada')).toBe(1_000)
  expect(await waitOf(attempts, clock, '198.51.100.1', 'ada')).toBe(0)
})

test('an attempt that came to nothing neither counts nor clears, nor makes a wait longer', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  await refuseOften(attempts, 5, HERE, 'ada')
  await clock.advance(1_000)
  for (let n = 0; n < 20; n++) expect(await waitOf(attempts, clock, HERE, 'ada')).toBe(0)
  await refuse(attempts, HERE, 'ada')
  expect(await waitOf(attempts, clock, HERE, 'ada')).toBe(2_000)
})

test('the wall clock that is set back or forth changes no wait', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  await refuseOften(attempts, 5)
  clock.jump(-86_400_000)
  expect(await waitOf(attempts, clock, HERE, null)).toBe(1_000)
  await clock.advance(1_000)
  expect(await waitOf(attempts, clock, HERE, null)).toBe(0)
})

test('what strangers make us remember is bounded, and the longest quiet one is forgotten first', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock, 100)
  await refuseOften(attempts, 5, '198.51.100.1')
  for (let n = 0; n < 99; n++) await refuse(attempts, `10.0.0.${n}`, null)
  expect(await waitOf(attempts, clock, '198.51.100.1', null)).toBe(1_000)
  await refuse(attempts, '10.0.1.1', null)
  expect(await waitOf(attempts, clock, '198.51.100.1', null)).toBe(0)
})

/* ───────────────────────────── keys and tokens ───────────────────────────── */

function keyAttempts(capacity?: number) {
  const clock = new VirtualClock()
  const first: string[] = []
  const attempts = new KeyAttempts(clock, (address) => first.push(address), capacity)
  const offer = (offered: string, address = HERE) => {
    const verdict = attempts.check(address, offered, (it) => it === 'right')
    return verdict instanceof TooManyAttempts ? verdict.retryAt - clock.now() : verdict
  }
  return {clock, first, offer}
}

test('a guesser of keys waits, and learns nothing meanwhile, also of the right one', async () => {
  const {clock, offer} = keyAttempts()
  expect(Array.from({length: 5}, (_, n) => offer(`guess ${n}`))).toEqual(Array(5).fill('wrong'))
  expect([offer('guess 5'), offer('right')]).toEqual([1_000, 1_000])
  await clock.advance(1_000)
  expect([offer('guess 5'), offer('right')]).toEqual(['wrong', 2_000])
  await clock.advance(2_000)
  expect(offer('right')).toBe('right')
  // The right one forgives nothing: whoever has one could clear the way for guesses at another.
  expect([offer('guess 6'), offer('right')]).toEqual(['wrong', 4_000])
})

test('a program that goes on with an old key is refused each time, and keeps no one out', () => {
  const {offer, first} = keyAttempts()
  for (let n = 0; n < 1_000; n++) expect(offer('old')).toBe('wrong')
  expect(offer('right')).toBe('right')
  expect(first).toEqual([HERE])
})

test('guesses of one network keep no one of another one waiting; of IPv6 a /64 is one', () => {
  const {offer} = keyAttempts()
  for (let n = 0; n < 5; n++) offer(`guess ${n}`, `2001:db8::${n}`)
  expect(offer('right', '2001:db8::99')).toBe(1_000)
  expect(offer('right', '2001:db8:0:1::1')).toBe('right')
})

test('the first refusal of a network is reported, and again after an hour without one', async () => {
  const {clock, offer, first} = keyAttempts()
  for (let n = 0; n < 4; n++) offer(`guess ${n}`)
  offer('guess', '198.51.100.1')
  expect(first).toEqual([HERE, '198.51.100.1'])
  await clock.advance(3_600_000)
  offer('guess 0')
  expect(first).toEqual([HERE, '198.51.100.1', HERE])
})

test('wrong keys that are remembered are bounded, of one network and of all', () => {
  const {offer, first} = keyAttempts(10)
  offer('old')
  for (let n = 0; n < 10; n++) offer('guess', `10.0.0.${n}`)
  // Forgotten, so it is the first one again.
  offer('old')
  expect(first.filter((it) => it === HERE)).toHaveLength(2)
})
