import {expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {keyIdOf, Sealer, SealingKey} from './secrets.ts'

const place = 'server/one/password'

test.each(['', 'hunter2', 'pässwörd 🗝', 'x'.repeat(10_000)])('what was sealed opens again: %s', (text) => {
  const sealer = Sealer.ofThisRun()
  expect(sealer.open(sealer.seal(new Secret(text), place), place).reveal()).toBe(text)
})

test('the same secret never looks the same twice, and never like itself', () => {
  const sealer = Sealer.ofThisRun()
  const sealed = Array.from({length: 50}, () => sealer.seal(new Secret('hunter2-hunter2'), place))
  expect(new Set(sealed).size).toBe(50)
  expect(sealed.join()).not.toContain('hunter2')
  expect(sealed.join()).not.toContain(Buffer.from('hunter2').toString('base64url'))
})

test('an encrypted text opens only at the place it was made for', () => {
  const sealer = Sealer.ofThisRun()
  const sealed = sealer.seal(new Secret('hunter2'), place)
  expect(() => sealer.open(sealed, 'server/two/password')).toThrow(
    expect.objectContaining({code: 'secret_unreadable', about: {secret: 'server/two/password'}}),
  )
})

test('whatever single character of an encrypted text is changed, it does not open', () => {
  const sealer = Sealer.ofThisRun()
  const sealed = sealer.seal(new Secret('hunter2!!'), place)
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    expect(() => sealer.open(changed, place)).toThrow(expect.objectContaining({code: 'secret_unreadable'}))
  }
})

test.each(['', 'v1', 'hunter2', 'v1.x.y.z', 'v2.AAAAAAAAAAA.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'])(
  'what was never sealed is told as unreadable: %j',
  (text) => {
    expect(() => Sealer.ofThisRun().open(text, place)).toThrow(
      expect.objectContaining({code: 'secret_unreadable'}),
    )
  },
)

test('older keys open, the newest seals', () => {
  const [old, recent] = [SealingKey.random(), SealingKey.random()]
  const before = new Sealer(old).seal(new Secret('hunter2'), place)
  const sealer = new Sealer(recent, [old])
  expect(sealer.open(before, place).reveal()).toBe('hunter2')
  const after = sealer.seal(new Secret('hunter2'), place)
  expect([keyIdOf(before), keyIdOf(after)]).toEqual([old.id, recent.id])
  expect([sealer.isCurrent(before), sealer.isCurrent(after)]).toEqual([false, true])
})

test('with another key nothing opens, and the refusal holds neither key nor secret', () => {
  const sealed = Sealer.ofThisRun().seal(new Secret('hunter2'), place)
  const error = refusalOf(() => Sealer.ofThisRun().open(sealed, place))
  expect(error).toMatchObject({code: 'secret_unreadable', about: {secret: place}})
  expect(JSON.stringify(error) + error.message).not.toContain('hunter2')
})

test('without a key nothing is sealed, and what older keys sealed still opens', () => {
  const old = SealingKey.random()
  const sealed = new Sealer(old).seal(new Secret('hunter2'), place)
  const sealer = new Sealer(null, [old])
  expect(sealer.open(sealed, place).reveal()).toBe('hunter2')
  expect(() => sealer.seal(new Secret('x'), place)).toThrow(
    expect.objectContaining({code: 'secret_unreadable'}),
  )
})

test('a fingerprint is the same for the same text, key and place, and for nothing else', () => {
  const [one, other] = [SealingKey.random(), SealingKey.random()]
  const of = (key: SealingKey | null, text: string, context: string) =>
    new Sealer(key).fingerprint(text, context).toString('hex')
  const known = of(one, 'hunter2', place)
  expect(of(one, 'hunter2', place)).toBe(known)
  const others = [of(one, 'hunter3', place), of(one, 'hunter2', `${place}x`), of(other, 'hunter2', place)]
  expect(new Set([known, ...others, of(null, 'hunter2', place)]).size).toBe(5)
  expect(of(null, 'hunter2', place)).toBe(of(null, 'hunter2', place))
})

test('a key that is too short is a mistake of ours', () => {
  expect(() => new SealingKey(new Uint8Array(31))).toThrow(RangeError)
})

function refusalOf(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was refused')
}
