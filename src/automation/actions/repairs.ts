/**
 * How often rules mended a torrent, by whatever means: its data checked, or it started again after an error. What does
 * not help has its cause elsewhere: each repair waits twice as long as the one before, and a fourth one waits for a
 * person. A week without one begins again. A check reads every byte, so those of a server are counted, too.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import type {Clock} from '#lib/clock.ts'
import type {SubjectName} from '#model/decision.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY, HOUR} from '#model/units.ts'
import {waits} from '#model/waits.ts'

const REPAIRED = 'repair'
const VERSION = 1
const FORGOTTEN_MS = 7 * DAY * 1_000
const CHECKS_MS = HOUR * 1_000

interface Repaired {
  readonly count: number
  /** When the next one may be. */
  readonly nextAt: number
  /** The last one was a check on this server. */
  readonly checkedOn: ServerId | null
}

interface Check {
  readonly serverId: ServerId
  /** By the clock that does not jump. */
  readonly at: number
}

export class Repairs {
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set'>
  readonly #clock: Clock
  /** Of the last hour, the first first. */
  #checks: Check[]

  constructor(deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set'>, clock: Clock) {
    this.#deadlines = deadlines
    this.#clock = clock
    const [now, steady] = [clock.now(), clock.monotonic()]
    this.#checks = deadlines.ofKind(REPAIRED).flatMap(({version, detail, createdAt}) => {
      const serverId = version === VERSION ? (detail as Repaired).checkedOn : null
      return serverId === null ? [] : [{serverId, at: steady - Math.max(0, now - createdAt)}]
    })
  }

  of({key}: SubjectName): DecisionItem['repairs'] {
    const record = this.#deadlines.of(REPAIRED, key)
    if (record?.version !== VERSION || this.#deadlines.isOver(REPAIRED, key)) return {count: 0, nextAt: null}
    const {count, nextAt} = record.detail as Repaired
    return {count, nextAt}
  }

  /** Checks that were sent to a server within the last hour. */
  checksOf(serverId: ServerId | null): number {
    const since = this.#clock.monotonic() - CHECKS_MS
    this.#checks = this.#checks.filter(({at}) => at > since)
    return this.#checks.filter((it) => it.serverId === serverId).length
  }

  /** Counted before it is sent. @throws {StorageFault} then it is not counted */
  async count(subject: SubjectName, isCheck: boolean): Promise<void> {
    const count = this.of(subject).count + 1
    const at = this.#clock.now()
    const checkedOn = isCheck ? subject.serverId : null
    const detail: Repaired = {count, nextAt: at + waits.repaired.ms * 2 ** (count - 1), checkedOn}
    const about = {kind: REPAIRED, subject: subject.key, version: VERSION, detail, createdAt: at}
    await this.#deadlines.set({...about, dueAt: at + FORGOTTEN_MS})
    if (checkedOn !== null) this.#checks.push({serverId: checkedOn, at: this.#clock.monotonic()})
  }
}
