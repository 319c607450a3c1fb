/** Torrents as the main thread knows them: rows, servers, what is remembered, and the readers of their facts. */
import type {Memory} from '#automation-state/memory.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import type {GivenUpRecord} from '#model/automation-state.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import {owedBy, phrasesOf} from '../manager/owed.ts'
import {torrentFacts} from '../manager/torrent-facts.ts'
import {notWatched, type TorrentSubject} from '../manager/torrent-subject.ts'
import {downloadRecords} from '../supervision/download-records.ts'
import type {Managers} from '../supervision/managers.ts'
import {managedRow} from '../supervision/row-feed.ts'

/** Readers for who does not wait for anything: who decided did. @param looksUp disks and servers were looked at */
export function readersOnMain(clock: Clock, timeZone: string, owing: () => Owing, looksUp: boolean) {
  const time = new TrustedTime(clock)
  return torrentFacts({
    now: () => time.now(),
    sinceReported: () => 0,
    cutOffWithin: () => 0,
    timeZone,
    obligation: (subject) => owedBy(owing(), subject),
    phrases: (subject) => phrasesOf(owing(), subject),
    looksUp,
  })
}

export class KnownTorrents {
  readonly #fleet: Fleet
  readonly #managers: Pick<Managers, 'server'>
  readonly #memory: Pick<Memory, 'torrents' | 'downloads' | 'givenUp'>
  readonly #readers: ReturnType<typeof readersOnMain>

  constructor(
    fleet: Fleet,
    managers: Pick<Managers, 'server'>,
    memory: Pick<Memory, 'torrents' | 'downloads' | 'givenUp'>,
    readers: ReturnType<typeof readersOnMain>,
  ) {
    this.#fleet = fleet
    this.#managers = managers
    this.#memory = memory
    this.#readers = readers
  }

  /** @param read what was read of it for a decision. @returns `null` = it is not there */
  subject(key: TorrentKey, read: Pick<TorrentSubject, 'arr' | 'lookedUp'>): TorrentSubject | null {
    const at = this.#fleet.rowOf(key)
    const row = at === null ? null : managedRow(this.#fleet, at)
    const server = this.#managers.server(key.serverId)
    if (!row || !server) return null
    const {arr, lookedUp} = read
    // What its rules hold is their managers' to know.
    const ofManagers = {flow: notWatched, strikes: () => undefined}
    return {row, server, arr, lookedUp, ...ofManagers, remembered: this.#memory.torrents.of(key)}
  }

  fact(subject: TorrentSubject, name: FactName): Fact {
    return this.#readers.fact(name, null, subject)
  }

  /** What these hang on, as it stands now. */
  behind(subject: TorrentSubject, names: readonly FactName[]): readonly FactName[] {
    return names.flatMap((fact) => this.#readers.looksBehind?.(fact)?.(subject) ?? [])
  }

  /** Of every Arr that knows it. */
  downloads(key: TorrentKey): ReturnType<typeof downloadRecords> {
    return downloadRecords({fleet: this.#fleet, memory: this.#memory}, key)
  }

  /** Releases of an item that were given up within a week, but for this torrent. */
  givenUp(arrId: string, item: string, but: TorrentKey): readonly GivenUpRecord[] {
    const hash = but.hash.toUpperCase()
    return this.#memory.givenUp.of(arrId, item).filter(({downloadId}) => downloadId !== hash)
  }
}
