/**
 * Passwords in, hashes out, and the question whether they belong together. A check costs the same whoever it is for:
 * one argon2 hash, and one bcrypt hash while somebody here still has one (the user of the inherited file). So the time
 * of an answer does not tell which names exist. At most two hashes run at a time, off the event loop.
 */
import {argon2, randomBytes, timingSafeEqual} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {TooManyAttempts} from '#model/errors.ts'
import {isBcrypt, isBcryptOf, type BcryptQuestion} from './bcrypt.ts'
import {isSameCost, phcText, readPhc, type Argon2Cost, type Argon2Hash} from './password-hash-text.ts'

/**
 * 64 MiB and three passes: the second choice of RFC 9106 §4, on one lane because logging in is not worth four cores.
 * Measured 128 ms with two passes and 178 ms with three on one core of 2026, Node 26.10.
 */
export const argon2Cost: Argon2Cost = {memoryKiB: 65_536, passes: 3, parallelism: 1}

const AT_ONCE = 2
/** With more waiting than this, whoever comes now would wait for longer than he is ready to. */
const MOST_WAITING = 40
const COME_BACK_MS = 5_000

export interface Hashing {
  readonly cost?: Argon2Cost
  /** For tests that count them. */
  readonly hashWith?: (password: string, how: Omit<Argon2Hash, 'hash'>) => Promise<Buffer>
  readonly isBcryptOf?: (question: BcryptQuestion) => Promise<boolean>
}

interface PasswordCheck {
  readonly good: boolean
  /** Good, but kept in a way that we would not choose today. */
  readonly outdated: boolean
}

export class Passwords {
  readonly #clock: Clock
  readonly #cost: Argon2Cost
  readonly #hashWith: NonNullable<Hashing['hashWith']>
  readonly #isBcryptOf: NonNullable<Hashing['isBcryptOf']>
  readonly #gate = new Semaphore(AT_ONCE)
  /** Of nobody's password. */
  readonly #decoy: Argon2Hash
  #waiting = 0

  constructor(clock: Clock, hashing: Hashing = {}) {
    this.#clock = clock
    this.#cost = hashing.cost ?? argon2Cost
    this.#hashWith = hashing.hashWith ?? argon2id
    this.#isBcryptOf = hashing.isBcryptOf ?? isBcryptOf
    this.#decoy = {cost: this.#cost, salt: randomBytes(16), hash: randomBytes(32)}
  }

  /** @returns PHC text. @throws {TooManyAttempts} when too many wait already */
  hash(password: string): Promise<string> {
    const how = {cost: this.#cost, salt: randomBytes(16)}
    return this.#inTurn(async () => phcText({...how, hash: await this.#hashWith(password, how)}))
  }

  /**
   * @param kept the hash of whom the name means; `null` = nobody, or somebody without a password
   * @param someBcrypt a bcrypt hash that somebody here has; `null` = nobody has one
   * @throws {TooManyAttempts} when too many wait already
   */
  check(password: string, kept: string | null, someBcrypt: string | null): Promise<PasswordCheck> {
    return this.#inTurn(async () => {
      const wanted = kept === null ? null : readPhc(kept)
      const isArgon2 = await this.#isArgon2Of(password, wanted ?? this.#decoy)
      const keptBcrypt = kept !== null && isBcrypt(kept) ? kept : null
      const asked = keptBcrypt ?? someBcrypt
      const isBcryptToo = asked !== null && (await this.#isBcryptOf({password, hash: asked}))
      if (wanted) return {good: isArgon2, outdated: !isSameCost(wanted.cost, this.#cost)}
      return {good: keptBcrypt !== null && isBcryptToo, outdated: true}
    })
  }

  async #isArgon2Of(password: string, wanted: Argon2Hash): Promise<boolean> {
    return timingSafeEqual(await this.#hashWith(password, wanted), wanted.hash)
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) throw new TooManyAttempts(this.#clock.now() + COME_BACK_MS)
    this.#waiting++
    try {
      return await this.#gate.run(task)
    } finally {
      this.#waiting--
    }
  }
}

/** The same letters are the same password, however the keyboard wrote their accents (RFC 8265 §4.2). */
export function argon2id(password: string, {cost, salt}: Omit<Argon2Hash, 'hash'>): Promise<Buffer> {
  const {memoryKiB, passes, parallelism} = cost
  const parameters = {
    message: password.normalize('NFC'),
    nonce: salt,
    tagLength: 32,
    memory: memoryKiB,
    passes,
    parallelism,
  }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, hash) => (error ? reject(error) : resolve(hash)))
  })
}
