/**
 * The second step of a log-in: six digits of an authenticator (TOTP, RFC 6238: SHA-1, 30 s), or one of ten recovery
 * codes.
 *
 *   off ──start──▶ waiting for the first code (10 min, in memory) ──confirm──▶ on ──switch off, reset──▶ off
 *
 * Whoever logs in with a password is asked; who logs in elsewhere (OIDC, a proxy) shows his second step there.
 */
import {createHash, randomBytes} from 'node:crypto'
import {generateSecret, generateURI, verifySync} from 'otplib'
import {machineTime, type Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {Acting, User, UserId, UserRepository} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {
  clearTwoStep,
  putRecoveryCodes,
  putTwoStep,
  readTwoSteps,
  useStep,
  type KeptTwoStep,
} from '#store/repositories/two-step.ts'
import type {Db, Store} from '#store/store.ts'
import {totpContext, type Sealer} from './secrets.ts'

const STEP_S = 30
const START_MS = 600_000
const RECOVERY_CODES = 10
/** 80 bits: nobody tries them out, so a fast hash keeps them. */
const RECOVERY_BYTES = 10

/** What a log-in asks of the second step. */
export interface TwoStep {
  isOn(userId: UserId): boolean
  /**
   * Is this code good now? A good one is used up by that.
   * @param code digits or a recovery code, with or without spaces and dashes
   * @throws {CommodarrError} secret_unreadable (recovery codes still work), or a storage fault
   */
  check(userId: UserId, code: string): Promise<boolean>
}

interface TwoStepStarted {
  /** base32 */
  readonly secret: Secret
  /** otpauth URI with the secret in it. */
  readonly uri: Secret
  readonly expiresAt: EpochMs
}

interface Entry {
  readonly encrypted: string
  lastStep: number
  readonly recoveryCodes: Set<string>
}

interface Waiting {
  readonly encrypted: string
  /** By the duration clock. */
  readonly until: number
}

export class TwoSteps implements TwoStep {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #sealer: Sealer
  readonly #users: UserRepository
  readonly #clock: Clock
  /** The user's own record follows. */
  readonly #onChange: (userId: UserId, on: boolean) => void
  readonly #entries = new Map<UserId, Entry>()
  readonly #waiting = new Map<UserId, Waiting>()
  readonly #changes = new Semaphore(1)

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    sealer: Sealer,
    users: UserRepository,
    clock: Clock,
    onChange: (userId: UserId, on: boolean) => void,
    kept: readonly KeptTwoStep[],
  ) {
    this.#store = store
    this.#sealer = sealer
    this.#users = users
    this.#clock = clock
    this.#onChange = onChange
    for (const it of kept) this.#entries.set(it.userId, entryOf(it))
  }

  /** @throws {StorageFault} */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    sealer: Sealer,
    users: UserRepository,
    clock: Clock,
    onChange: (userId: UserId, on: boolean) => void,
  ): Promise<TwoSteps> {
    return new TwoSteps(store, sealer, users, clock, onChange, await store.read(readTwoSteps))
  }

  isOn(userId: UserId): boolean {
    return this.#entries.has(userId)
  }

  /** @throws {CommodarrError} changed_meanwhile (it is on already) */
  requireOff(userId: UserId): void {
    if (this.isOn(userId)) throw new CommodarrError('changed_meanwhile', 'The second step is on already.')
  }

  recoveryCodesLeft(userId: UserId): number {
    return this.#entries.get(userId)?.recoveryCodes.size ?? 0
  }

  async check(userId: UserId, code: string): Promise<boolean> {
    const entry = this.#entries.get(userId)
    const user = this.#users.get(userId)
    const plain = plainCode(code)
    if (entry === undefined || user === null) return false
    return /^\d{6}$/.test(plain)
      ? this.#checkDigits(userId, entry, plain)
      : this.#checkRecovery(user, entry, plain)
  }

  /**
   * Begins again when it was begun before; nothing changes until a code confirms it.
   * @throws {CommodarrError} changed_meanwhile (it is on already), secret_unreadable (there is no key to seal with)
   */
  start({id, name}: User): TwoStepStarted {
    this.requireOff(id)
    const secret = generateSecret()
    const expiresAt = this.#clock.now() + START_MS
    this.#dropExpired()
    const encrypted = this.#sealer.encrypt(new Secret(secret), totpContext(id))
    this.#waiting.set(id, {encrypted, until: this.#clock.monotonic() + START_MS})
    const uri = generateURI({issuer: 'Commodarr', label: name, secret})
    return {secret: new Secret(secret), uri: new Secret(uri), expiresAt}
  }

  /**
   * @returns the recovery codes, for the only time
   * @throws {CommodarrError} changed_meanwhile (begin again), sign_in_refused (wrong code), or a storage fault
   */
  confirm(by: Acting, user: User, code: string): Promise<readonly string[]> {
    return this.#changes.run(async () => {
      this.#dropExpired()
      const waiting = this.#waiting.get(user.id)
      if (waiting === undefined) {
        throw new CommodarrError('changed_meanwhile', 'Nothing waits for a code any more; begin again.')
      }
      const lastStep = this.#stepOf(user.id, waiting.encrypted, plainCode(code))
      if (lastStep === null) throw wrongCode()
      const codes = Array.from({length: RECOVERY_CODES}, newRecoveryCode)
      const recoveryCodes = codes.map((it) => hashOf(user.id, plainCode(it)))
      const kept = {userId: user.id, secret: waiting.encrypted, lastStep, recoveryCodes}
      await this.#write(by, 'two-step-on', user, async (db, now) => {
        if (await putTwoStep(db, kept, now)) return
        throw new CommodarrError('user_unknown', 'There is no such user.', {id: user.id})
      })
      this.#waiting.delete(user.id)
      this.#entries.set(user.id, entryOf(kept))
      this.#onChange(user.id, true)
      return codes
    })
  }

  /** By himself, who has shown password and code (`own-proof.ts`). Nothing happens when it is off. */
  async switchOff(by: Acting, user: User): Promise<void> {
    if (this.isOn(user.id)) await this.#clear(by, 'two-step-off', user)
  }

  /** By an administrator, for somebody who lost his authenticator. Nothing happens when it is off. */
  async reset(by: Acting, user: User): Promise<void> {
    if (this.isOn(user.id)) await this.#clear(by, 'two-step-reset', user)
  }

  async #checkDigits(userId: UserId, entry: Entry, digits: string): Promise<boolean> {
    const step = this.#stepOf(userId, entry.encrypted, digits)
    if (step === null || step <= entry.lastStep) return false
    // Taken before the database knows: the same code sent twice at once must not open twice.
    entry.lastStep = step
    return this.#store.write((db) => useStep(db, userId, step))
  }

  async #checkRecovery(user: User, entry: Entry, code: string): Promise<boolean> {
    const hash = hashOf(user.id, code)
    if (!entry.recoveryCodes.delete(hash)) return false
    const left = [...entry.recoveryCodes]
    const by = {actor: {name: user.name, origin: 'user', userId: user.id, address: null}} as const
    try {
      await this.#write(by, 'recovery-code', user, (db) => putRecoveryCodes(db, user.id, left), {
        left: left.length,
      })
    } catch (error) {
      entry.recoveryCodes.add(hash)
      throw error
    }
    return true
  }

  /** The 30-second step a code is of, when it is one of the three around now; `null` = it is wrong. */
  #stepOf(userId: UserId, encrypted: string, token: string): number | null {
    if (!/^\d{6}$/.test(token)) return null
    const secret = this.#sealer.open(encrypted, totpContext(userId)).reveal()
    // Whoever has to say that the clock is right must be able to log in.
    const epoch = Math.floor(machineTime(this.#clock) / 1000)
    const result = verifySync({secret, token, epoch, period: STEP_S, epochTolerance: STEP_S})
    return result.valid && 'timeStep' in result ? result.timeStep : null
  }

  #clear(by: Acting, verb: 'two-step-off' | 'two-step-reset', user: User): Promise<void> {
    return this.#changes.run(async () => {
      await this.#write(by, verb, user, (db, now) => clearTwoStep(db, user.id, now))
      this.#entries.delete(user.id)
      this.#onChange(user.id, false)
    })
  }

  #dropExpired(): void {
    const now = this.#clock.monotonic()
    for (const [id, {until}] of this.#waiting) if (until <= now) this.#waiting.delete(id)
  }

  async #write(
    {actor}: Pick<Acting, 'actor'>,
    verb: string,
    {name}: User,
    work: (db: Db, now: EpochMs) => Promise<void>,
    args: object = {},
  ): Promise<void> {
    const now = this.#clock.now()
    await this.#store.write(async (db) => {
      await work(db, now)
      await appendEvent(db, {actor, subject: 'user', verb, name, serverId: null, args}, now)
    })
  }
}

function entryOf({secret, lastStep, recoveryCodes}: KeptTwoStep): Entry {
  return {encrypted: secret, lastStep: lastStep ?? 0, recoveryCodes: new Set(recoveryCodes)}
}

function plainCode(code: string): string {
  return code.replaceAll(/[\s\p{Pd}]/gu, '').toLowerCase()
}

/** `k3m9-…`: letters and digits that nobody mistakes for each other (Crockford's base32). */
function newRecoveryCode(): string {
  const bits = [...randomBytes(RECOVERY_BYTES)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits
    .match(/.{5}/g)!
    .map((five) => '0123456789abcdefghjkmnpqrstvwxyz'[Number.parseInt(five, 2)])
  return letters.join('').match(/.{4}/g)!.join('-')
}

function hashOf(userId: UserId, recoveryCode: string): string {
  return createHash('sha256').update(`${userId}\0${recoveryCode}`).digest('hex')
}

function wrongCode(): CommodarrError {
  return new CommodarrError('sign_in_refused', 'The code is wrong, or was used before.')
}
