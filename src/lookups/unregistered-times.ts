/**
 * For how long all trackers of a torrent have said that they do not know it: found by looks at them, kept as holds of
 * rules are. The time between two looks that both found it so counts, where they are close enough to belong together;
 * what was not looked at (a restart, a server that was away) neither counts nor is forgotten.
 */
import type {Holds} from '#automation-state/holds.ts'
import type {Clock} from '#lib/clock.ts'
import type {HoldRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {keyIn, keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs, Seconds} from '#model/units.ts'

/** No rule can be called so: ids have small letters alone. */
const ruleId = 'tracker.unregisteredFor' as RuleId
const revision = 1
const VERSION = 1
/** Trackers are asked each half hour or so, and looked at each quarter of one. */
const LONGEST_GAP_MS = 3_600_000
/** What was not looked at for so long begins again. */
const KEPT_MS = 30 * 86_400_000

interface Held {
  readonly ms: number
  /** When it was added: added again it begins again. `null` = its server does not tell. */
  readonly life: EpochMs | null
}

export class UnregisteredTimes {
  readonly #holds: Pick<Holds, 'of' | 'ofRule' | 'put' | 'clear'>
  readonly #clock: Clock
  /** By the duration clock: the last look that found it so. */
  readonly #foundAt = new Map<string, number>()

  constructor(holds: Pick<Holds, 'of' | 'ofRule' | 'put' | 'clear'>, clock: Clock) {
    this.#holds = holds
    this.#clock = clock
  }

  /** Of which all of them said so last. */
  isOpen(key: TorrentKey): boolean {
    return this.#holds.of({ruleId, revision, subject: keyText(key)})?.version === VERSION
  }

  /** All of which that is so. */
  open(): readonly TorrentKey[] {
    return this.#holds.ofRule(ruleId, revision).flatMap(({subject}) => keyIn(subject) ?? [])
  }

  /** All of them say so now. @returns for how long by now */
  found(key: TorrentKey, life: EpochMs | null): Seconds {
    const subject = keyText(key)
    const [record, now] = [this.#holds.of({ruleId, revision, subject}), this.#clock.monotonic()]
    const before = heldOf(record, life)
    const gap = before === null ? 0 : now - (this.#foundAt.get(subject) ?? now)
    const ms = (before?.ms ?? 0) + (gap <= LONGEST_GAP_MS ? gap : 0)
    this.#foundAt.set(subject, now)
    const [at, state]: [EpochMs, Held] = [this.#clock.now(), {ms, life}]
    this.#holds.put([
      {
        ruleId,
        revision,
        subject,
        serverId: key.serverId,
        version: VERSION,
        state,
        strikeCount: 0,
        strikes: [],
        firstAt: before ? record!.firstAt : at,
        lastAt: at,
        expiresAt: at + KEPT_MS,
      },
    ])
    return ms / 1_000
  }

  /** For how long all of them said so by now, where nobody asks them now: that time does not count. */
  soFar(key: TorrentKey, life: EpochMs | null): Seconds {
    this.pause(key)
    const record = this.#holds.of({ruleId, revision, subject: keyText(key)})
    return (heldOf(record, life)?.ms ?? 0) / 1_000
  }

  /** Nobody can say now: the time until the next look does not count. */
  pause(key: TorrentKey): void {
    this.#foundAt.delete(keyText(key))
  }

  /** One of them says something else. */
  over(key: TorrentKey): void {
    this.pause(key)
    this.#holds.clear([{ruleId, revision, subject: keyText(key)}])
  }
}

function heldOf(record: HoldRecord | null, life: EpochMs | null): Held | null {
  if (record?.version !== VERSION || !record.state) return null
  const held = record.state as Held
  return held.life === life ? held : null
}
