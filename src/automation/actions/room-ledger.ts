/**
 * Room that removals of rules are making on each disk. A rule that chooses until there is enough room chooses once in each
 * manager, by the room of before; here it is counted over all of them, and over what was sent and does not show yet.
 */
import type {Clock} from '#lib/clock.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {MINUTE, type Bytes} from '#model/units.ts'

/** What one removal frees. */
interface FreedRoom {
  /** Of its torrent. */
  readonly key: string
  readonly serverId: ServerId
  /** `null` = not known: then whatever is on its server. */
  readonly device: string | null
  readonly bytes: Bytes
}

/**
 * server: all that a server says is free. disk: of the disk that its data is on, or of its server where that is not known.
 * What other servers free on that disk may be room of this one, too.
 */
export interface RoomPlace {
  readonly of: 'server' | 'disk'
  readonly serverId: ServerId
  /** Of the data that would go; `null` = not known. */
  readonly device: string | null
}

interface Claim extends FreedRoom {
  readonly at: number
  /** The rules that want it removed, while it was not sent. */
  readonly rules: ReadonlySet<RuleId>
  readonly isSent: boolean
  /** What was free as it was made, by who asked; `null` = nobody asked. */
  readonly before: {readonly place: RoomPlace; readonly bytes: Bytes} | null
}

/** By then what was removed shows in what is free. */
const SHOWN_MS = 10 * MINUTE * 1_000

export class RoomLedger {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** Oldest first. */
  readonly #claims = new Map<string, Claim>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /**
   * What will be free once all that others remove is gone. What is free by now may hold some of that already: so it is what
   * was free before the first of them and all of theirs, or what is free now, if that is more.
   * @param except a torrent whose own removal does not count
   */
  expected(place: RoomPlace, free: Bytes, except: string): Bytes {
    this.#forgetOld()
    const claims = [...this.#claims.values()].filter((it) => it.key !== except && concerns(it, place))
    let [most, later] = [free, 0]
    let isAsked = false
    for (const {bytes, before} of claims.toReversed()) {
      later += bytes
      if (before === null || !isSame(before.place, place)) continue
      isAsked = true
      most = Math.max(most, before.bytes + later)
    }
    // Nobody noted what was free before: all of it is still to come.
    return isAsked ? most : free + later
  }

  claim(freed: FreedRoom, before: Claim['before'], rule: RuleId): void {
    this.#forgetOld()
    const known = this.#claims.get(freed.key)
    // On its way already.
    if (known?.isSent === true) return
    const rules = new Set(known?.rules).add(rule)
    // Last again.
    this.#claims.delete(freed.key)
    this.#claims.set(freed.key, {...freed, before, at: this.#clock.monotonic(), rules, isSent: false})
  }

  /** Whatever becomes of it for other rules, or for this one once more. */
  sent(key: string): void {
    const known = this.#claims.get(key)
    if (known) this.#claims.set(key, {...known, isSent: true, at: this.#clock.monotonic()})
  }

  /** This rule did not remove it. What it sent before, or another one is about to remove, is on its way still. */
  release(key: string, rule: RuleId): void {
    const known = this.#claims.get(key)
    if (!known || known.isSent) return
    const rules = new Set(known.rules)
    rules.delete(rule)
    if (rules.size === 0) this.#claims.delete(key)
    else this.#claims.set(key, {...known, rules})
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic()
    for (const [key, {at}] of this.#claims) if (now - at > SHOWN_MS) this.#claims.delete(key)
  }
}

function concerns(freed: FreedRoom, place: RoomPlace): boolean {
  const isOfDisk = place.device !== null && freed.device === place.device
  if (place.of === 'server' || place.device === null || freed.device === null)
    return isOfDisk || freed.serverId === place.serverId
  return isOfDisk
}

function isSame(one: RoomPlace, other: RoomPlace): boolean {
  if (one.of === 'disk' && other.of === 'disk' && one.device !== null) return one.device === other.device
  return one.of === other.of && one.serverId === other.serverId
}
