import {expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {keyIdOf, Sealer, EncryptionKey} from './secrets.ts'

const place = 'server/one/password'

test.each(['', 'hunter2', 'pässwörd 🗝', 'x'.repeat(10_000)])('what was encrypted opens again: %s', (text) => {
  const sealer = Sealer.ofThisRun()
  expect(sealer.open(sealer.encrypt(new Secret(text), place), place).reveal()).toBe(text)
})

test('the same secret never looks the same twice, and never like itself', () => {
  const sealer = Sealer.ofThisRun()
  const encrypted = Array.from({length: 50}, () => sealer.encrypt(new Secret('hunter2-hunter2'), place))
  expect(new Set(encrypted).size).toBe(50)
  expect(encrypted.join()).not.toContain('hunter2')
  expect(encrypted.join()).not.toContain(Buffer.from('hunter2').toString('base64url'))
})

test('an encrypted text opens only at the place it was made for', () => {
  const sealer = Sealer.ofThisRun()
  const encrypted = sealer.encrypt(new Secret('hunter2'), place)
  expect(() => sealer.open(encrypted, 'server/two/password')).toThrow(
    expect.objectContaining({code: 'secret_unreadable', about: {secret: 'server/two/password'}}),
  )
})

test('whatever single character of an encrypted text is changed, it does not open', () => {
  const sealer = Sealer.ofThisRun()
  const encrypted = sealer.encrypt(new Secret('hunter2!!'), place)
  for (let at = 0; at < encrypted.length; at++) {
    const changed = encrypted.slice(0, at) + (encrypted[at] === 'A' ? 'B' : 'A') + encrypted.slice(at + 1)
    expect(() => sealer.open(changed, place)).toThrow(expect.objectContaining({code: 'secret_unreadable'}))
  }
})

test.each(['', 'v1', 'hunter2', 'v1.x.y.z', 'v2.AAAAAAAAAAA.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'])(
  'what was never encrypted is reported as unreadable: %j',
  (text) => {
    expect(() => Sealer.ofThisRun().open(text, place)).toThrow(
      expect.objectContaining({code: 'secret_unreadable'}),
    )
  },
)

test('older keys open, the newest encrypts', () => {
  const [old, recent] = [EncryptionKey.random(), EncryptionKey.random()]
  const before = new Sealer(old).encrypt(new Secret('hunter2'), place)
  const sealer = new Sealer(recent, [old])
  expect(sealer.open(before, place).reveal()).toBe('hunter2')
  const after = sealer.encrypt(new Secret('hunter2'), place)
  expect([keyIdOf(before), keyIdOf(after)]).toEqual([old.id, recent.id])
  expect([sealer.isCurrent(before), sealer.isCurrent(after)]).toEqual([false, true])
})

test('with another key nothing opens, and the refusal holds neither key nor secret', () => {
  const encrypted = Sealer.ofThisRun().encrypt(new Secret('hunter2'), place)
  const error = refusalOf(() => Sealer.ofThisRun().open(encrypted, place))
  expect(error).toMatchObject({code: 'secret_unreadable', about: {secret: place}})
  expect(JSON.stringify(error) + error.message).not.toContain('hunter2')
})

test('without a key nothing is encrypted, and what older keys encrypted still opens', () => {
  const old = EncryptionKey.random()
  const encrypted = new Sealer(old).encrypt(new Secret('hunter2'), place)
  const sealer = new Sealer(null, [old])
  expect(sealer.open(encrypted, place).reveal()).toBe('hunter2')
  expect(() => sealer.encrypt(new Secret('x'), place)).toThrow(
    expect.objectContaining({code: 'secret_unreadable'}),
  )
})

test('a fingerprint is the same for the same text, key and place, and for nothing else', () => {
  const [one, other] = [EncryptionKey.random(), EncryptionKey.random()]
  const of = (key: EncryptionKey | null, text: string, context: string) =>
    new Sealer(key).fingerprint(text, context).toString('hex')
  const known = of(one, 'hunter2', place)
  expect(of(one, 'hunter2', place)).toBe(known)
  const others = [of(one, 'hunter3', place), of(one, 'hunter2', `${place}x`), of(other, 'hunter2', place)]
  expect(new Set([known, ...others, of(null, 'hunter2', place)]).size).toBe(5)
  expect(of(null, 'hunter2', place)).toBe(of(null, 'hunter2', place))
})

test('a key that is too short is a mistake of ours', () => {
  expect(() => new EncryptionKey(new Uint8Array(31))).toThrow(RangeError)
})

function refusalOf(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was refused')
}
