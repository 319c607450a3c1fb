/**
 * How often somebody may be refused before he has to wait: strangers per address and per account, who is known already
 * per account alone, keys and links per address alone.
 *
 *   four refusals ─▶ no wait      the fifth ─▶ wait 1 s      each further one ─▶ twice as long, up to `mostMs`
 *   success ─▶ the account starts again (not the address: its owner could clear it between two guesses)
 *   `forgetMs` without a refusal ─▶ forgotten
 *
 * Attempts under way count like refused ones until they end: a thousand guesses at once are not all the first one.
 * While somebody waits nothing is looked at, so nothing is learnt. An account waits a minute at most, and what its owner
 * tries from where he was in before is counted apart (`known-devices.ts`): whoever knows a name must not be able to lock
 * its owner out. Behind a proxy that tells no addresses all people have one: what is counted by it must not hold back
 * who came in, nor who shows what nobody can guess.
 */
import type {Clock} from '#lib/clock.ts'
import {TooManyAttempts} from '#model/errors.ts'
import {networkOf} from './network.ts'
import {tokenHash} from './tokens.ts'

interface AttemptPolicy {
  /** The refusal that costs the first wait. */
  readonly free: number
  readonly firstMs: number
  readonly mostMs: number
  readonly forgetMs: number
}

const HOUR_MS = 3_600_000

export const addressPolicy: AttemptPolicy = {free: 5, firstMs: 1_000, mostMs: 900_000, forgetMs: HOUR_MS}
export const accountPolicy: AttemptPolicy = {free: 5, firstMs: 1_000, mostMs: 60_000, forgetMs: HOUR_MS}

/** What is known of one address or account. Times are monotonic ms. */
export interface Tally {
  readonly refusals: number
  /** Of the last refusal. */
  readonly lastAt: number
  /** Attempts that have not ended. */
  readonly underWay: number
}

export const clean: Tally = {refusals: 0, lastAt: 0, underWay: 0}

/** From when on the next attempt may begin. */
export function waitsUntil(
  {refusals, lastAt, underWay}: Tally,
  {free, firstMs, mostMs}: AttemptPolicy,
  now: number,
): number {
  if (refusals + underWay < free) return now
  const doublings = Math.min(refusals - free, 40)
  const afterLast = refusals < free ? now : lastAt + Math.min(firstMs * 2 ** doublings, mostMs)
  return Math.max(now, afterLast, underWay > 0 ? now + firstMs : now)
}

export type AttemptEnd = 'refused' | 'succeeded' | 'withdrawn'

export function begun(record: Tally, {forgetMs}: AttemptPolicy, now: number): Tally {
  const known = now - record.lastAt < forgetMs ? record : {...record, refusals: 0}
  return {...known, underWay: known.underWay + 1}
}

export function ended(record: Tally, end: AttemptEnd, now: number): Tally {
  const underWay = Math.max(0, record.underWay - 1)
  if (end === 'refused') return {refusals: record.refusals + 1, lastAt: now, underWay}
  return end === 'succeeded' ? {...clean, underWay} : {...record, underWay}
}

/** Thrown by whoever judges an attempt: it counts, and `cause` is what is told. */
export class RefusedAttempt extends Error {
  constructor(cause: unknown) {
    super('refused', {cause})
  }
}

/** Where an attempt is counted. */
interface Tallied {
  readonly memory: Memory
  readonly key: string
  /** A success clears it. */
  readonly isCleared: boolean
}

export class Attempts {
  readonly #clock: Clock
  readonly #addresses: Memory
  readonly #accounts: Memory
  /** Apart: however many names strangers try, they push none of these out. */
  readonly #known: Memory

  /** @param capacity addresses and accounts remembered at most, each; the longest quiet one is forgotten first */
  constructor(clock: Clock, capacity = 20_000) {
    this.#clock = clock
    this.#addresses = new Memory(addressPolicy, capacity)
    this.#accounts = new Memory(accountPolicy, capacity)
    this.#known = new Memory(accountPolicy, capacity)
  }

  /**
   * What strangers try.
   * @param account whatever names it, also of one that does not exist; `null` = only the address counts
   * @param check is not even asked while one has to wait. Throws `RefusedAttempt` for what counts; whatever else it
   *   throws (a code is still missing, the database is away) is as if it had not been asked
   * @throws {TooManyAttempts} and what `judge` throws
   */
  async check<T>(address: string, account: string | null, check: () => Promise<T>): Promise<T> {
    const tallies: Tallied[] = [{memory: this.#addresses, key: networkOf(address), isCleared: false}]
    if (account !== null) tallies.push({memory: this.#accounts, key: account, isCleared: true})
    return this.#check(tallies, check)
  }

  /**
   * What somebody tries whose account is known already, because he came in or showed a link: where it comes from does
   * not count, so nobody else holds him back.
   * @param account his, and what he tries
   * @param verify as of `judge`
   * @throws {TooManyAttempts} and what `judge` throws
   */
  checkKnown<T>(account: string, verify: () => Promise<T>): Promise<T> {
    return this.#check([{memory: this.#known, key: account, isCleared: true}], verify)
  }

  /**
   * What nobody can guess, as links and tokens of a start are: whoever has it comes in, whatever others tried from his
   * address. Only what opens nothing counts.
   * @param opened what it opens; `null` = nothing
   * @param refuse is not even asked while one has to wait
   * @throws {TooManyAttempts} and what `refuse` gives
   */
  async open<T>(address: string, opened: T | null, refuse: () => Promise<RefusedAttempt>): Promise<T> {
    if (opened !== null) return opened
    return this.check(address, null, async () => {
      throw await refuse()
    })
  }

  async #check<T>(tallies: readonly Tallied[], verify: () => Promise<T>): Promise<T> {
    this.#begin(tallies)
    try {
      const result = await verify()
      this.#end(tallies, 'succeeded')
      return result
    } catch (error) {
      this.#end(tallies, error instanceof RefusedAttempt ? 'refused' : 'withdrawn')
      throw error instanceof RefusedAttempt ? error.cause : error
    }
  }

  #begin(tallies: readonly Tallied[]): void {
    const now = this.#clock.monotonic()
    const until = Math.max(...tallies.map(({memory, key}) => memory.waitsUntil(key, now)))
    if (until > now) throw new TooManyAttempts(this.#clock.now() + (until - now))
    for (const {memory, key} of tallies) memory.begin(key, now)
  }

  #end(tallies: readonly Tallied[], end: AttemptEnd): void {
    const now = this.#clock.monotonic()
    for (const {memory, key, isCleared} of tallies)
      memory.end(key, end === 'succeeded' && !isCleared ? 'withdrawn' : end, now)
  }
}

/** Wrong keys and tokens remembered of one network at most. */
const MOST_WRONG = 16

/**
 * The same for keys and tokens that programs send with each request, per address. They are compared at once, so none is
 * under way. The same wrong one counts once: a program that goes on with an old key guesses nothing, and must not keep
 * out the others of its network.
 */
export class KeyAttempts {
  readonly #clock: Clock
  readonly #onFirst: (address: string) => void
  readonly #memory: Memory
  /** Of each network, in the order of their first use, as hashes; when each was refused first, monotonic ms. */
  readonly #wrong = new Map<string, Map<string, number>>()
  readonly #capacity: number

  /**
   * @param onFirst the first refusal of a network, after an hour without one: to be told somewhere
   * @param capacity networks remembered at most
   */
  constructor(clock: Clock, onFirst: (address: string) => void, capacity = 20_000) {
    this.#clock = clock
    this.#onFirst = onFirst
    this.#capacity = capacity
    this.#memory = new Memory(addressPolicy, capacity)
  }

  /** @param isRight is not even asked while one has to wait, nor about what was refused already */
  check(
    address: string,
    offered: string,
    isRight: (offered: string) => boolean,
  ): 'right' | 'wrong' | TooManyAttempts {
    const network = networkOf(address)
    const hash = tokenHash(offered)
    const now = this.#clock.monotonic()
    if (this.#isKnown(network, hash, now)) return 'wrong'
    const until = this.#memory.waitsUntil(network, now)
    if (until > now) return new TooManyAttempts(this.#clock.now() + (until - now))
    if (isRight(offered)) return 'right'
    this.#memory.begin(network, now)
    this.#remember(network, hash, now)
    if (this.#memory.end(network, 'refused', now) === 1) this.#onFirst(address)
    return 'wrong'
  }

  #isKnown(network: string, hash: string, now: number): boolean {
    const since = this.#wrong.get(network)?.get(hash)
    return since !== undefined && now - since < addressPolicy.forgetMs
  }

  #remember(network: string, hash: string, now: number): void {
    const hashes = this.#wrong.get(network) ?? new Map<string, number>()
    this.#wrong.delete(network)
    hashes.delete(hash)
    this.#wrong.set(network, hashes.set(hash, now))
    if (hashes.size > MOST_WRONG) hashes.delete(hashes.keys().next().value!)
    if (this.#wrong.size > this.#capacity) this.#wrong.delete(this.#wrong.keys().next().value!)
  }
}

/** Bounded: strangers decide what is written into it. */
class Memory {
  readonly #policy: AttemptPolicy
  readonly #capacity: number
  /** In the order of the last attempt. */
  readonly #tallies = new Map<string, Tally>()

  constructor(policy: AttemptPolicy, capacity: number) {
    this.#policy = policy
    this.#capacity = capacity
  }

  waitsUntil(key: string, now: number): number {
    return waitsUntil(this.#of(key), this.#policy, now)
  }

  begin(key: string, now: number): void {
    this.#put(key, begun(this.#of(key), this.#policy, now))
  }

  /** @returns refusals that count now */
  end(key: string, end: AttemptEnd, now: number): number {
    const record = ended(this.#of(key), end, now)
    this.#put(key, record)
    return record.refusals
  }

  #of(key: string): Tally {
    return this.#tallies.get(key) ?? clean
  }

  #put(key: string, record: Tally): void {
    this.#tallies.delete(key)
    if (record.refusals === 0 && record.underWay === 0) return
    this.#tallies.set(key, record)
    if (this.#tallies.size > this.#capacity) this.#tallies.delete(this.#tallies.keys().next().value!)
  }
}
