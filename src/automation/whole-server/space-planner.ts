/**
 * Stops downloads that their disk has no room for, and starts them again when it has. Only what it stopped itself, and
 * only while the server is believed and says how much is free: a disk that is away has no figure, not a small one. What
 * runs although it is ours, or was started or stopped on our pages, a person took back: it is not ours any more.
 *
 *   rows in the order of the queue, free ─▶ plan ─ the same for a minute ─▶ decisions
 *          └─ taken back by a person ─▶ forgotten, without its label
 *
 * Source: qBitrr; scenario S08.
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {Clock} from '#lib/clock.ts'
import type {TorrentFactsRecord} from '#model/automation-state.ts'
import type {Decision, RuleActionEnded} from '#model/decision.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {keyIn, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {planSpace, type SpaceDownload, type SpacePlan, type SpaceVerdict} from '#rules/presets/free-space.ts'
import type {InheritedFreeSpace} from '#rules/presets/inherited.ts'
import {labels} from '#rules/presets/preset.ts'
import {isKept, silenceOf} from '../manager/torrent-facts.ts'
import type {ManagedSections} from './managed-sections.ts'
import {plannedDecision, PlannedDecisions} from './planned.ts'
import type {SpaceFolder} from './space-folder.ts'

type SpaceRow = Pick<
  ManagedRow,
  | 'key'
  | 'category'
  | 'tags'
  | 'state'
  | 'complete'
  | 'amountLeft'
  | 'queuePosition'
  | 'addedAt'
  | 'forceStart'
  | 'isListed'
>

interface SpaceRules {
  readonly space: InheritedFreeSpace
  readonly stop: Rule
  readonly start: Rule
  /** Takes its label off what a person took back; `null` = it is off. */
  readonly takenBack: Rule | null
}

/** How `TorrentFactsRecord.stoppedByUs` says it. */
export const forSpace = 'freeSpace'
/** Free space trembles, and downloads write ahead: so long it must be the same. */
const STEADY_MS = 60_000
/** Looks that are further apart do not belong together. */
const LONGEST_PAUSE_MS = 180_000

const runs: ReadonlySet<ManagedRow['state']> = new Set([
  'downloading',
  'stalledDown',
  'queuedDown',
  'metadata',
])

interface Wanted {
  readonly what: 'stop' | 'start'
  readonly since: number
  readonly lookedAt: number
}

export class SpacePlanner {
  readonly #clock: Clock
  readonly #torrents: Pick<TorrentFacts, 'of' | 'change'>
  readonly #sections: Pick<ManagedSections, 'of'>
  readonly #folder: Pick<SpaceFolder, 'of' | 'look'>
  readonly #writesLabels: () => boolean
  readonly #planned: PlannedDecisions
  /** A person took them back, and something still says that they are ours. */
  readonly #takenBack = new Set<string>()
  /** By server and torrent. */
  readonly #wanted = new Map<string, ReadonlyMap<string, Wanted>>()
  readonly #taken = new Map<string, Bytes>()
  /** In this round, those whose downloads come to the volume of the folder. */
  #ofFolder: ServerId[] = []

  /**
   * @param sections of torrents that no section looks after nothing is stopped
   * @param writesLabels labels of ours are written on servers. Where they are not, one that is there says nothing: it may
   *   be out of date
   */
  constructor(
    clock: Clock,
    torrents: Pick<TorrentFacts, 'of' | 'change'>,
    sections: Pick<ManagedSections, 'of'>,
    folder: Pick<SpaceFolder, 'of' | 'look'>,
    writesLabels: () => boolean,
  ) {
    this.#clock = clock
    this.#torrents = torrents
    this.#sections = sections
    this.#folder = folder
    this.#writesLabels = writesLabels
    this.#planned = new PlannedDecisions(clock)
  }

  /** All servers are looked at next, each once. */
  beginRound(): void {
    void this.#folder.look()
    this.#ofFolder = []
  }

  /** @param rows all that are not complete */
  look(server: ManagedServer, rows: Iterable<SpaceRow>, rules: SpaceRules): readonly Decision[] {
    const {space, stop, start} = rules
    const isBelieved = silenceOf(server) === null
    const free = isBelieved ? this.#freeOf(server) : undefined
    const queue = [...rows].filter(({complete}) => !complete).toSorted(byQueue)
    const byKey = new Map(queue.map((row) => [keyText(row.key), row]))
    if (isBelieved) for (const row of queue) this.#seeWhose(row, rules)
    const downloads = queue.map((row) => this.#download(row))
    const plan = planSpace(downloads, free, space)
    if (free !== undefined) this.#taken.set(server.id, takenBy(downloads, plan))
    const steady = this.#steady(server, plan)
    const decide = (rule: Rule, {key, room}: SpaceVerdict, op: 'gt' | 'lte'): Decision => {
      const row = byKey.get(key)!
      const seen = {fact: 'amountLeft', value: row.amountLeft!, op, threshold: Math.max(0, room)} as const
      const standsOn = [{fact: 'complete', value: false} as const]
      return plannedDecision({rule, row, server, seen, standsOn}, this.#clock)
    }
    const stops = plan.stop.filter(({key}) => steady.has(key))
    for (const {key} of stops) this.#takenBack.delete(key)
    return this.#planned.fresh([
      ...stops.map((one) => decide(stop, one, 'gt')),
      ...plan.start.filter(({key}) => steady.has(key)).map((one) => decide(start, one, 'lte')),
      ...(isBelieved ? this.#unlabelled(server, queue, rules) : []),
    ])
  }

  /**
   * What would be stopped and started there if so much were to stay free: nothing is decided. Of a volume that several
   * servers share, what those before it take is gone. `null` = how much is free is not known.
   */
  wouldDo<Row extends SpaceRow>(
    server: ManagedServer,
    rows: Iterable<Row>,
    space: InheritedFreeSpace,
    before: {taken: Bytes},
  ): {readonly stop: readonly Row[]; readonly start: readonly Row[]} | null {
    const says = this.#folder.of(server.id)
    const own = says === 'own' ? server.freeBytes : undefined
    const free = typeof says === 'object' ? says.free - before.taken : own
    const queue = [...rows].filter(({complete}) => !complete).toSorted(byQueue)
    const downloads = queue.map((row) => this.#download(row))
    if (free === undefined || silenceOf(server) !== null) return null
    const plan = planSpace(downloads, free, space)
    if (typeof says === 'object') before.taken += takenBy(downloads, plan)
    const of = (verdicts: readonly SpaceVerdict[]) => {
      const keys = new Set(verdicts.map(({key}) => key))
      return queue.filter(({key}) => keys.has(keyText(key)))
    }
    return {stop: of(plan.stop), start: of(plan.start)}
  }

  /** Of a server's volume what its downloads will take that have room, by the last plan that knew how much is free. */
  takenOf(id: ServerId): Bytes {
    return this.#taken.get(id) ?? 0
  }

  /** A person started or stopped it, by our own hand. */
  takeBack(key: TorrentKey): void {
    this.#takenBack.add(keyText(key))
    if (this.#torrents.of(key)?.stoppedByUs === forSpace)
      this.#remember(key, {action: 'start', outcome: 'confirmed'})
  }

  /** What became of a decision is known: it may be wanted again. */
  answered(ruleId: RuleId, key: string): void {
    this.#planned.answered(ruleId, key)
  }

  /** The same of one that stopped or started a torrent. */
  ended({ruleId, subject, action, outcome}: RuleActionEnded): void {
    const key = keyIn(subject.key)
    if (key) this.#remember(key, {action, outcome})
    this.answered(ruleId, subject.key)
  }

  #remember(key: TorrentKey, end: Pick<RuleActionEnded, 'action' | 'outcome'>): void {
    const changes = spaceMemory(end, {marks: this.#torrents.of(key)?.marks ?? []})
    if (changes) this.#torrents.change(key, changes, this.#clock.now())
  }

  /** `undefined` = not known, or the disk is away. Who shares the volume of the folder has what those before it leave. */
  #freeOf({id, freeBytes}: ManagedServer): Bytes | undefined {
    const says = this.#folder.of(id)
    if (says === 'own') return freeBytes
    if (says === 'unknown') return undefined
    const taken = this.#ofFolder.reduce((sum, other) => sum + this.takenOf(other), 0)
    this.#ofFolder.push(id)
    return says.free - taken
  }

  #download(row: SpaceRow): SpaceDownload {
    return {key: keyText(row.key), left: row.amountLeft, runs: this.#runs(row)}
  }

  #runs(row: SpaceRow): SpaceDownload['runs'] {
    if (row.state === 'stopped' && row.isListed) return this.#isOurs(row) ? 'ours' : 'no'
    if (!runs.has(row.state)) return 'no'
    const isLeftAlone = row.forceStart === true || isKept(row) || this.#sections.of(row) === null
    return isLeftAlone || !row.isListed ? 'always' : 'yes'
  }

  #isOurs(row: SpaceRow): boolean {
    return this.#isSaidOurs(row) && !this.#takenBack.has(keyText(row.key))
  }

  /** By the label, too, where it is written: it is written first, and what is remembered may be a second old. */
  #isSaidOurs(row: SpaceRow): boolean {
    const isRemembered = this.#torrents.of(row.key)?.stoppedByUs === forSpace
    return isRemembered || (this.#writesLabels() && isLabelled(row))
  }

  /** What runs although we stopped it somebody started, unless we are about to do the one or the other ourselves. */
  #seeWhose(row: SpaceRow, {stop, start}: SpaceRules): void {
    const key = keyText(row.key)
    if (!isLabelled(row) && !this.#isSaidOurs(row)) this.#takenBack.delete(key)
    const isOursToDo = [stop, start].some(({id}) => this.#planned.isReported(id, key))
    if (row.isListed && runs.has(row.state) && !isOursToDo && this.#isOurs(row)) this.takeBack(row.key)
  }

  #unlabelled(
    server: ManagedServer,
    rows: readonly SpaceRow[],
    {takenBack: rule}: SpaceRules,
  ): readonly Decision[] {
    if (!rule) return []
    const label = [labels.spacePaused]
    const labelled = rows.filter(
      (row) => row.isListed && isLabelled(row) && this.#takenBack.has(keyText(row.key)),
    )
    return labelled.map((row) => {
      const seen = {fact: 'tags', value: row.tags, op: 'hasAny', threshold: label} as const
      return plannedDecision({rule, row, server, seen, standsOn: []}, this.#clock)
    })
  }

  /** Torrents for which the plan has been the same for long enough. */
  #steady(server: ManagedServer, plan: ReturnType<typeof planSpace>): ReadonlySet<string> {
    const now = this.#clock.monotonic()
    const before = this.#wanted.get(server.id) ?? new Map<string, Wanted>()
    const wanted = new Map<string, Wanted>()
    for (const what of ['stop', 'start'] as const) {
      for (const {key} of plan[what]) {
        const known = before.get(key)
        const goesOn = known?.what === what && now - known.lookedAt <= LONGEST_PAUSE_MS
        wanted.set(key, {what, since: goesOn ? known.since : now, lookedAt: now})
      }
    }
    this.#wanted.set(server.id, wanted)
    return new Set([...wanted].filter(([, {since}]) => now - since >= STEADY_MS).map(([key]) => key))
  }
}

function isLabelled({tags}: SpaceRow): boolean {
  return tags.includes(labels.spacePaused)
}

/** What is to be remembered of a torrent after one of its decisions; `null` = nothing. */
export function spaceMemory(
  {action, outcome}: Pick<RuleActionEnded, 'action' | 'outcome'>,
  {marks}: Pick<TorrentFactsRecord, 'marks'>,
): Pick<TorrentFactsRecord, 'stoppedByUs' | 'marks'> | null {
  const mayBeDone = outcome === 'confirmed' || outcome === 'sent' || outcome === 'unconfirmed'
  const others = marks.filter((mark) => mark !== 'freeSpacePaused')
  if (action === 'stop' && mayBeDone) return {stoppedByUs: forSpace, marks: [...others, 'freeSpacePaused']}
  // Whether it runs is not known yet: it stays ours until it does.
  if (action === 'start' && outcome === 'confirmed') return {stoppedByUs: null, marks: others}
  return null
}

function takenBy(downloads: readonly SpaceDownload[], {stop, start}: SpacePlan): Bytes {
  const without = new Set(stop.map(({key}) => key))
  const starting = new Set(start.map(({key}) => key))
  const taking = downloads.filter(({key, runs: how}) =>
    how === 'ours' ? starting.has(key) : how !== 'no' && !without.has(key),
  )
  return taking.reduce((sum, {left}) => sum + (left ?? 0), 0)
}

/** What has no place comes behind, the oldest first. */
function byQueue(one: SpaceRow, other: SpaceRow): number {
  const place = ({queuePosition}: SpaceRow) => queuePosition ?? Number.POSITIVE_INFINITY
  const [a, b] = [place(one), place(other)]
  if (a !== b) return a < b ? -1 : 1
  return (one.addedAt ?? 0) - (other.addedAt ?? 0) || (keyText(one.key) < keyText(other.key) ? -1 : 1)
}
