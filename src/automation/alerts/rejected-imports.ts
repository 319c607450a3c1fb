/**
 * Finished downloads that an Arr does not import, as far as they need a person: no rule is about to do something about
 * them. Since when an Arr rejects one is known from what its manager reads; what rules are about to do is asked of the
 * manager when somebody wants to know.
 *
 *   manager ─ queue ─▶ stuck downloads, each with its beginning ─┐
 *   manager ─ coming actions, 5 s old at most ─────────────────────┴─▶ those that no rule ends
 */
import {z} from 'zod'
import {classOfText, sentencesOf} from '#arr-client/reject-class.ts'
import type {LastAnswers} from '#automation-state/last-answers.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {isStuck, type ArrId, type DownloadId, type QueueRow} from '#model/arr.ts'
import type {ArrManagers, RunningArr} from '#model/arr-service.ts'
import {triageOf, type Triage} from '#model/import-triage.ts'
import type {ActionName} from '#model/rule.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

export const rejectedSinceShape = z.record(z.string(), z.number())
type RejectedSince = z.output<typeof rejectedSinceShape>

export interface RejectedImport {
  /** Stable while it lasts: of the download, else of the row. */
  readonly id: string
  readonly downloadId: DownloadId | null
  /** All rows of the download; those that are stuck come first. */
  readonly rows: readonly [QueueRow, ...QueueRow[]]
  /** When it was first seen so. */
  readonly since: EpochMs
  /** Why the Arr does not import it, and what can be done about it. */
  readonly triage: Triage
}

interface RejectedOfArr {
  readonly imports: readonly RejectedImport[]
  /** The Arr does not answer: this is as it was then; `null` = it is as it is. */
  readonly asOf: EpochMs | null
}

/** What rules do that ends it: everything else leaves the download as it is. */
const ends: ReadonlySet<ActionName> = new Set<ActionName>([
  'arr.import',
  'arr.blocklist',
  'arr.queueRemove',
  'recycle',
  'remove',
  'removeWithData',
  'failDownload',
])

const ASK_MS = 5_000
/** A rule whose time has come takes a moment, and its Arr another one, until the download is gone. */
const ACTS_MS = 60_000

const none: RejectedOfArr = {imports: [], asOf: null}

interface Known {
  imports: readonly RejectedImport[]
  readAt: EpochMs | null
  /** What rules do was asked for these. */
  asked: ReadonlySet<string>
  /** By the duration clock; `null` = never. */
  askedAt: number | null
  /** Until when a rule may still be at it, by the duration clock. */
  readonly acts: Map<string, number>
}

export class RejectedImports {
  readonly #managers: Pick<ArrManagers, 'of'>
  readonly #fleet: Pick<Fleet, 'holders'>
  /** Since when each was seen so, by its id: it did not begin with this run of the program. */
  readonly #known: Pick<LastAnswers<RejectedSince>, 'of' | 'take'>
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #states = new Map<ArrId, Known>()

  constructor(
    managers: Pick<ArrManagers, 'of'>,
    fleet: Pick<Fleet, 'holders'>,
    known: Pick<LastAnswers<RejectedSince>, 'of' | 'take'>,
    clock: Pick<Clock, 'now' | 'monotonic'>,
  ) {
    this.#managers = managers
    this.#fleet = fleet
    this.#known = known
    this.#clock = clock
  }

  /** Its manager read the queue, or could not: then what was read before stands. */
  heard(id: ArrId, {queue, readAt}: Pick<RunningArr, 'queue' | 'readAt'>): void {
    if (queue === null) return
    const before = this.#states.get(id)
    const since = new Map(
      before?.imports.map((it) => [it.id, it.since]) ?? Object.entries(this.#known.of(id) ?? {}),
    )
    const now = this.#clock.now()
    const imports = stuckIn(queue).map((it) => ({...it, since: since.get(it.id) ?? now}))
    const {asked, askedAt, acts} = before ?? {asked: new Set<string>(), askedAt: null, acts: new Map()}
    const isThere = new Set(imports.map((it) => it.id))
    for (const one of acts.keys()) if (!isThere.has(one)) acts.delete(one)
    this.#states.set(id, {imports, readAt, asked, askedAt, acts})
    // In an order that does not change with the queue: only news is written.
    const dated = imports.map((it) => [it.id, it.since] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
    void this.#known.take(id, Object.fromEntries(dated))
  }

  /** Those that need a person. What no manager looks after is not known. */
  of(id: ArrId): RejectedOfArr {
    const running = this.#managers.of(id)
    const known = this.#states.get(id)
    if (running === null || known === undefined || known.imports.length === 0) return none
    const now = this.#clock.monotonic()
    if (known.askedAt === null || now - known.askedAt >= ASK_MS) {
      known.askedAt = now
      void this.#ask(id, running, known.imports)
    }
    return {
      imports: known.imports.filter(
        (it) => known.asked.has(it.id) && (known.acts.get(it.id) ?? -Infinity) <= now,
      ),
      asOf: running.fault === null && running.queue !== null ? null : known.readAt,
    }
  }

  /** While it cannot be asked nobody says that a rule does something. */
  async #ask(id: ArrId, running: RunningArr, imports: readonly RejectedImport[]): Promise<void> {
    const byHash = new Map<InfoHash, string>()
    for (const {id: name, downloadId} of imports) {
      const hash = downloadId === null ? null : asInfoHash(downloadId)
      if (hash !== null) byHash.set(hash, name)
    }
    const keys = [...byHash.keys()].flatMap((hash) => this.#fleet.holders(hash))
    const coming = keys.length === 0 ? [] : await running.coming(keys).catch(() => [])
    const known = this.#states.get(id)
    if (known === undefined) return
    const until = this.#clock.monotonic() + ACTS_MS
    for (const {key, mode, actions} of coming) {
      const name = byHash.get(key.hash)
      if (name !== undefined && mode === 'live' && actions.some((it) => ends.has(it)))
        known.acts.set(name, until)
    }
    known.asked = new Set(imports.map((it) => it.id))
  }
}

/** A pack is several rows of one download. */
function stuckIn(queue: readonly QueueRow[]): readonly Omit<RejectedImport, 'since'>[] {
  const downloads = Map.groupBy(queue, ({downloadId, id}) => downloadId ?? `row ${id}`)
  return [...downloads].flatMap(([id, rows]) => {
    const [first, ...others] = rows.toSorted((a, b) => Number(isStuck(b)) - Number(isStuck(a)))
    if (first === undefined || !isStuck(first)) return []
    const texts = new Set(rows.flatMap((row) => sentencesOf(row)))
    const triage = triageOf(Array.from(texts, (text) => ({text, class: classOfText(text)})))
    return [{id, downloadId: first.downloadId, rows: [first, ...others] as const, triage}]
  })
}
