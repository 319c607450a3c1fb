/**
 * What the executor knows of a torrent before it acts on it: what its server says now, what its Arr says now, and, where
 * something may be destroyed, what a look at the disk says. Everything is read anew for each decision; what was known
 * when it was made is not looked at.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {InheritedSection} from '#rules/presets/inherited.ts'
import {owedBy} from '#managers/owed.ts'
import type {Questions} from '#managers/messages.ts'
import {torrentFacts} from '#managers/torrent-facts.ts'
import type {ArrSaying, LookedUp, TorrentSubject} from '#managers/torrent-subject.ts'
import type {Clock} from '#kit/clock.ts'
import {TrustedTime} from '#kit/trusted-time.ts'
import type {Memory} from '#memory/memory.ts'
import type {DecisionFacts} from '#model/decision-desk.ts'
import type {SubjectName} from '#model/decision.ts'
import {factOf, type Fact, type FactName} from '#model/fact.ts'
import type {ManagedServer, ManagerId} from '#model/manager.ts'
import {asInfoHash, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {LookUps} from '../lookups/look-ups.ts'
import {managedRow} from './row-feed.ts'

export interface RuleFactsParts {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly timeZone: string
  readonly sections: () => readonly InheritedSection[]
  readonly memory: Pick<Memory, 'torrents' | 'downloads'>
  readonly lookUps: Pick<LookUps, 'ask'>
  readonly server: (id: ServerId) => ManagedServer | null
  /** Asks a server for its list. @throws {CommodarrError} it can not be asked */
  readonly poll: (id: ServerId) => Promise<void>
  /** What its Arr says; `null` = no Arr owns it. @throws {CommodarrError} it can not be asked */
  readonly saying: (key: TorrentKey, isFresh: boolean) => Promise<Questions['saying']['answer']>
}

/** What is read anew. */
interface ReadAnew {
  readonly arr: ArrSaying | null
  readonly lookedUp: ReadonlyMap<FactName, LookedUp>
}

/** As guards ask of what may be destroyed. */
const ofGuards: readonly FactName[] = [
  'content.owners',
  'content.ownersOther',
  'content.ownersOtherComplete',
  'content.linksOutside',
  'content.exclusiveBytes',
  'path.mounted',
  'path.readable',
  'tracker.classes',
]

const executor = 'executor' as ManagerId
const nothing: ReadAnew = {arr: null, lookedUp: new Map()}
/** Decisions are carried out soon after they were made: what was read for older ones is not needed any more. */
const MOST_KEPT = 1_000

export class RuleFacts implements DecisionFacts {
  readonly #parts: RuleFactsParts
  readonly #readers
  readonly #read = new Map<string, ReadAnew>()

  constructor(parts: RuleFactsParts) {
    this.#parts = parts
    const time = new TrustedTime(parts.clock)
    this.#readers = torrentFacts({
      now: () => time.now(),
      sinceTold: () => 0,
      timeZone: parts.timeZone,
      obligation: (subject) => owedBy(parts.sections(), subject),
      phrases: () => undefined,
    })
  }

  async refresh(subject: SubjectName, names: readonly FactName[], isGrave: boolean): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    const {poll, saying, lookUps} = this.#parts
    await poll(key.serverId)
    const arr = await saying(key, isGrave)
    const costly = names.filter((name) => factOf(name).cost === 'lazy' && !name.startsWith('arr.'))
    const wanted = [...new Set([...costly, ...(isGrave ? ofGuards : [])])]
    const answers = wanted.length === 0 ? [] : await lookUps.ask(executor, key, wanted, {fresh: true})
    const lookedUp = new Map(
      answers.map(({fact, value, at, whyUnknown}): [FactName, LookedUp] => [
        fact,
        {value, at, whyUnknown: whyUnknown?.reason ?? null},
      ]),
    )
    this.#keep(keyText(key), {arr, lookedUp})
  }

  fact(subject: SubjectName, name: FactName): Fact {
    const known = this.#subject(subject)
    if (known) return this.#readers.fact(name, null, known)
    return {unknown: 'missing', since: null, source: subject.serverId ?? 'Commodarr'}
  }

  torrent({kind, key, serverId}: SubjectName): TorrentKey | null {
    const hash = kind === 'torrent' ? asInfoHash(key.slice(key.lastIndexOf('/') + 1)) : null
    return hash === null || serverId === null ? null : {serverId, hash}
  }

  importedAt(subject: SubjectName): EpochMs | null {
    const key = this.torrent(subject)
    const downloads = key === null ? [] : this.#parts.memory.downloads.ofTorrent(key)
    const times = downloads.flatMap(({importedAt}) => importedAt ?? [])
    return times.length === 0 ? null : Math.max(...times)
  }

  #subject(name: SubjectName): TorrentSubject | null {
    const {fleet, server: serverOf, memory} = this.#parts
    const key = this.torrent(name)
    const at = key && fleet.rowOf(key)
    const row = at === null ? null : managedRow(fleet, at)
    const server = key && serverOf(key.serverId)
    if (!row || !server) return null
    const {arr, lookedUp} = this.#read.get(keyText(key)) ?? nothing
    const flow = {gained: () => undefined}
    return {row, server, arr, lookedUp, flow, remembered: memory.torrents.of(key)}
  }

  #keep(key: string, read: ReadAnew): void {
    this.#read.delete(key)
    this.#read.set(key, read)
    const [oldest] = this.#read.keys()
    if (this.#read.size > MOST_KEPT) this.#read.delete(oldest!)
  }
}
