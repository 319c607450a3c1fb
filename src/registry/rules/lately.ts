/** What a rule that only simulates wanted lately: each subject once, whatever became of it without the rule. */
import type {TimeSlice} from '#lib/time-slice.ts'
import type {PreviewCount} from '#model/decision.ts'
import type {SubjectKind} from '#model/fact.ts'
import type {ActionName} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {FactReaders} from '#rules/fact-readers.ts'
import {bytesBy} from '#rules/preview.ts'

/** One subject, and when it was wanted last. */
export interface WantedLately {
  readonly kind: SubjectKind
  readonly key: string
  readonly actions: readonly ActionName[]
  readonly at: EpochMs
}

interface LatelyCount extends PreviewCount {
  /** Beyond those: torrents that are not there any more, of which nobody knows how much it was. */
  readonly gone: number
}

export interface Lately {
  readonly day: LatelyCount
  /** The last seven days. */
  readonly week: LatelyCount
  /** Of the last day, by action. */
  readonly actions: ReadonlyMap<ActionName, PreviewCount>
}

export const LATELY_MS = 7 * DAY * 1_000
const DAY_MS = DAY * 1_000

interface LatelyOf<S> {
  /** Since `LATELY_MS` ago, by key. */
  readonly wanted: Iterable<WantedLately>
  readonly readers: FactReaders<S>
  /** Those that he may command. */
  readonly subjects: Iterable<S>
  readonly servers: readonly ServerId[]
  readonly at: EpochMs
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}

/** What he may not command is not counted. */
export async function latelyOf<S>({
  wanted,
  readers,
  subjects,
  servers,
  at,
  turns,
}: LatelyOf<S>): Promise<Lately> {
  const missing = new Map([...wanted].map((one) => [one.key, one]))
  const tally = new Tally(at - DAY_MS)
  const bytesOf = bytesBy(readers)
  for (const subject of subjects) {
    if (missing.size === 0) break
    if (turns.due()) await turns.next()
    const {key} = readers.name(subject)
    const one = missing.get(key)
    if (!one) continue
    missing.delete(key)
    tally.add(one, bytesOf(subject))
  }
  for (const one of missing.values()) if (isOn(one, servers)) tally.addGone(one)
  return tally.current
}

/** Where it was, by its key. */
function isOn({kind, key}: WantedLately, servers: readonly ServerId[]): boolean {
  return kind === 'torrent' && servers.some((id) => id === key.slice(0, key.lastIndexOf('/')))
}

class Tally {
  readonly #since: EpochMs
  readonly #day = {count: 0, bytes: 0, gone: 0}
  readonly #week = {count: 0, bytes: 0, gone: 0}
  readonly #actions = new Map<ActionName, PreviewCount>()

  /** @param since when the last day began */
  constructor(since: EpochMs) {
    this.#since = since
  }

  get current(): Lately {
    return {day: this.#day, week: this.#week, actions: this.#actions}
  }

  add({at, actions}: WantedLately, bytes: number): void {
    for (const count of at >= this.#since ? [this.#week, this.#day] : [this.#week]) {
      count.count++
      count.bytes += bytes
    }
    if (at < this.#since) return
    for (const action of new Set(actions)) {
      const {count, bytes: before} = this.#actions.get(action) ?? {count: 0, bytes: 0}
      this.#actions.set(action, {count: count + 1, bytes: before + bytes})
    }
  }

  addGone({at}: WantedLately): void {
    this.#week.gone++
    if (at >= this.#since) this.#day.gone++
  }
}
