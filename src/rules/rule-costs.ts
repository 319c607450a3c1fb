/**
 * What the rules of members may cost in the thread that judges everybody's torrents. Each member has an account of
 * processor time; rules of the house have none and are never held. Whoever uses his up has his costliest rule held, until
 * a person looks at it: the others of his go on, and so does everybody else.
 *
 *   BURST_MS at once, then RATE of the thread, all members together SHARE of it
 *   judged ──spent──▶ account of its owner ── below nothing ──▶ his costliest rule is held, and told
 */
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import type {Rule, RuleId} from '#model/rule.ts'

/** At once, ms. */
const BURST_MS = 3_000
/** Of the thread, for one member and for all of them together. */
const RATE = 0.1
const SHARE = 0.5
/** What rules take between two breaks, ms. */
const SLICE_MS = 5

interface Account {
  /** ms; of the moment `at`. */
  left: number
  at: number
  /** ms since it was full last. */
  readonly spent: Map<RuleId, number>
}

/** What a pass asks of it. */
export type PassCosts = Pick<RuleCosts, 'isHeld' | 'begin' | 'spent'>

/** Of rules that only administrators make. */
export const uncounted: PassCosts = {isHeld: () => false, begin: () => null, spent: () => false}

export class RuleCosts {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** ms that this thread took of the processor: what others took of the machine meanwhile is nobody's cost. */
  readonly #cpuMs: () => number
  /** This rule is held from now on. @param ms that it took since the account of its owner was full */
  readonly #onHeld: (id: RuleId, ms: number) => void
  readonly #accounts = new Map<UserId, Account>()
  #owners: ReadonlyMap<RuleId, UserId> = new Map()
  #held = new Set<RuleId>()
  /** What passed while rules were asked, since `#window`, and is not counted yet. */
  readonly #pending = new Map<RuleId, number>()
  #pendingMs = 0
  #window = {at: 0, cpu: 0}

  constructor(
    clock: Pick<Clock, 'monotonic'>,
    cpuMs: () => number,
    onHeld: (id: RuleId, ms: number) => void,
  ) {
    this.#clock = clock
    this.#cpuMs = cpuMs
    this.#onHeld = onHeld
  }

  /** @param owners of rules that are members'. @param held those that wait for a person */
  take(owners: ReadonlyMap<RuleId, UserId>, held: Iterable<RuleId>): void {
    this.#owners = owners
    this.#held = new Set(held)
    const there = new Set(owners.values())
    for (const owner of this.#accounts.keys()) if (!there.has(owner)) this.#accounts.delete(owner)
  }

  isHeld({id}: Pick<Rule, 'id'>): boolean {
    return this.#held.has(id)
  }

  /** Before a rule is asked. @returns the moment, for `spent`; `null` = what it takes is not counted */
  begin({id}: Pick<Rule, 'id'>): number | null {
    if (!this.#owners.has(id)) return null
    const now = this.#clock.monotonic()
    if (this.#pending.size === 0) this.#window = {at: now, cpu: this.#cpuMs()}
    return now
  }

  /** @param began of `begin`. @returns whether it is time for a break */
  spent({id}: Pick<Rule, 'id'>, began: number | null): boolean {
    if (began === null) return false
    const now = this.#clock.monotonic()
    this.#pending.set(id, (this.#pending.get(id) ?? 0) + now - began)
    this.#pendingMs += now - began
    if (this.#pendingMs < SLICE_MS) return false
    this.#charge(now)
    return true
  }

  /** Asking for the processor's time takes longer than most rules do: it is shared out by what passed. */
  #charge(now: number): void {
    const {at, cpu} = this.#window
    const share = now > at ? Math.min(1, (this.#cpuMs() - cpu) / (now - at)) : 1
    for (const [id, passed] of this.#pending) {
      const owner = this.#owners.get(id)
      if (owner === undefined) continue
      const account = this.#accountOf(owner, now)
      const ms = passed * share
      account.left -= ms
      account.spent.set(id, (account.spent.get(id) ?? 0) + ms)
      if (account.left < 0) this.#hold(account)
    }
    this.#pending.clear()
    this.#pendingMs = 0
  }

  #accountOf(owner: UserId, now: number): Account {
    const account = this.#accounts.get(owner) ?? {left: BURST_MS, at: now, spent: new Map<RuleId, number>()}
    this.#accounts.set(owner, account)
    const rate = Math.min(RATE, SHARE / this.#accounts.size)
    account.left = Math.min(BURST_MS, account.left + (now - account.at) * rate)
    account.at = now
    if (account.left === BURST_MS) account.spent.clear()
    return account
  }

  #hold(account: Account): void {
    const [first] = [...account.spent].sort(([, one], [, other]) => other - one)
    if (!first) return
    const [id, ms] = first
    this.#held.add(id)
    account.spent.delete(id)
    // What is left to the others of his, until the account fills up again.
    account.left = BURST_MS / 2
    this.#onHeld(id, ms)
  }
}
