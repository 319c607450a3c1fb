import {hashSync} from 'bcryptjs'
import {expect, test} from 'vitest'
import {TooManyAttempts} from '#model/errors.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isBcrypt} from './bcrypt.ts'
import {phcText, readPhc, type Argon2Hash} from './password-hash-text.ts'
import {argon2Cost, Passwords, type Hashing} from './passwords.ts'

const cheap = {memoryKiB: 64, passes: 1, parallelism: 1}
const good = 'correct horse battery'
const bcryptOfGood = hashSync(good, 4)

const passwords = (change: Hashing = {}) => new Passwords(new VirtualClock(), {cost: cheap, ...change})

/** Hashes nothing and says how many of each kind it was asked for. */
function counting() {
  const counts = {argon2: 0, bcrypt: 0}
  const hashWith = async (_password: string, _how: Omit<Argon2Hash, 'hash'>) => {
    counts.argon2++
    return Buffer.alloc(32, 7)
  }
  const isBcryptOf = async () => {
    counts.bcrypt++
    return false
  }
  return {counts, hashWith, isBcryptOf}
}

test('a password belongs to its hash and to no other', async () => {
  const service = passwords()
  const kept = await service.hash(good)
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await service.check(good, kept, null)).toEqual({good: true, outdated: false})
  expect(await service.check(`${good} `, kept, null)).toMatchObject({good: false})
  expect(await service.hash(good)).not.toBe(kept)
})

test('what another program made of a password is understood', async () => {
  // Source: test.c of the reference implementation (phc-winner-argon2).
  const kept = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  expect(await passwords().check('password', kept, null)).toEqual({good: true, outdated: true})
  expect(phcText(readPhc(kept)!)).toBe(kept)
})

test('accents are the same however they were typed', async () => {
  const service = passwords()
  const kept = await service.hash('caf\u00e9 au lait, noir')
  expect((await service.check('cafe\u0301 au lait, noir', kept, null)).good).toBe(true)
})

test('a hash of another price is good, and said to be outdated', async () => {
  const kept = await passwords().hash(good)
  const dearer = passwords({cost: {...cheap, passes: 2}})
  expect(await dearer.check(good, kept, null)).toEqual({good: true, outdated: true})
})

test('a bcrypt hash is checked in its thread, and always outdated', async () => {
  const service = passwords()
  expect(await service.check(good, bcryptOfGood, bcryptOfGood)).toEqual({good: true, outdated: true})
  expect(await service.check(good, bcryptOfGood.replace('$2b$', '$2y$'), null)).toMatchObject({good: true})
  expect(await service.check('another one', bcryptOfGood, bcryptOfGood)).toMatchObject({good: false})
})

test('the bcrypt hash of another user opens nothing, nor does no hash at all', async () => {
  const service = passwords()
  const kept = await service.hash('quite another one')
  expect((await service.check(good, kept, bcryptOfGood)).good).toBe(false)
  expect((await service.check(good, null, bcryptOfGood)).good).toBe(false)
  expect((await service.check('', null, null)).good).toBe(false)
})

test.each([
  ['rubbish'],
  ['$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAA'],
  ['$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['$argon2id$v=19$m=9999999,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['$argon2id$v=19$m=65536,t=999,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['$argon2id$v=19$m=4,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  [bcryptOfGood.slice(0, -1)],
  [bcryptOfGood.replace('$04$', '$31$')],
])('the kept text %s belongs to no password, and costs no more than another', async (kept) => {
  const {counts, hashWith, isBcryptOf} = counting()
  expect(await passwords({hashWith, isBcryptOf}).check(good, kept, null)).toMatchObject({good: false})
  expect(counts).toEqual({argon2: 1, bcrypt: 0})
})

test('bcrypt is taken up to a cost that does not stall us', () => {
  const costing = (cost: string) => `$2b$${cost}$${'a'.repeat(53)}`
  expect(['04', '12', '14'].map(costing).map(isBcrypt)).toEqual([true, true, true])
  expect(['03', '15', '31', '99'].map(costing).map(isBcrypt)).toEqual([false, false, false, false])
  expect(isBcrypt(bcryptOfGood.replace('$2b$', '$2x$'))).toBe(false)
})

test('a check costs the same for a known name, an unknown one and one without a password', async () => {
  const kept = phcText({cost: cheap, salt: Buffer.alloc(16), hash: Buffer.alloc(32)})
  for (const someBcrypt of [null, bcryptOfGood]) {
    for (const hash of [kept, null, 'rubbish', ...(someBcrypt ? [someBcrypt] : [])]) {
      const {counts, hashWith, isBcryptOf} = counting()
      await passwords({hashWith, isBcryptOf}).check(good, hash, someBcrypt)
      expect(counts).toEqual({argon2: 1, bcrypt: someBcrypt ? 1 : 0})
    }
  }
})

test('two hashes run at a time, the others wait; when too many wait one is asked to come back', async () => {
  let running = 0
  let most = 0
  const waiting: (() => void)[] = []
  const hashWith = async () => {
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => waiting.push(resolve))
    running--
    return Buffer.alloc(32)
  }
  const service = passwords({hashWith})
  const all = Array.from({length: 100}, () => service.check(good, null, null))
  const ended = Promise.allSettled(all)
  for (let n = 0; n < 100; n++) {
    waiting.shift()?.()
    await new Promise((done) => setImmediate(done))
  }
  const refused = (await ended).filter((it) => it.status === 'rejected').map((it) => it.reason as unknown)
  expect(most).toBe(2)
  expect(refused).toHaveLength(60)
  expect(refused.every((it) => it instanceof TooManyAttempts)).toBe(true)
  const later = service.check(good, null, null)
  waiting.shift()?.()
  await expect(later).resolves.toMatchObject({good: false})
})

test('the price is that of RFC 9106 for machines with little memory, or more', () => {
  expect(argon2Cost).toEqual({memoryKiB: 65_536, passes: 3, parallelism: 1})
})
