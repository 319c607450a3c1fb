/** What a database of the older program comes to, in our own words: each torrent, search and item once. */
import type {SearchRecord, TorrentMark} from '#model/automation-state.ts'
import type {InheritedItem, MovedCounts} from '#model/qbitrr-migration.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {OldItem, OldRecord, OldTorrent} from './old-rows.ts'
import type {Owners} from './owners.ts'

export interface GatheredTorrent {
  readonly key: TorrentKey
  readonly marks: ReadonlySet<TorrentMark>
}

export class Gathered {
  readonly torrents = new Map<string, {readonly key: TorrentKey; readonly marks: Set<TorrentMark>}>()
  readonly searches = new Map<string, SearchRecord>()
  readonly items = new Map<string, InheritedItem>()
  readonly #owners: Owners
  readonly #searchedAt: EpochMs
  #leftOut = 0

  /** @param searchedAt when the older program last wrote: what it searched, it searched before */
  constructor(owners: Owners, searchedAt: EpochMs) {
    this.#owners = owners
    this.#searchedAt = searchedAt
  }

  take(record: OldRecord): void {
    const isOurs = record.holds === 'torrents' ? this.#takeTorrent(record) : this.#takeItem(record)
    if (!isOurs) this.#leftOut++
  }

  get counts(): MovedCounts {
    const items = [...this.items.values()]
    return {
      torrents: this.torrents.size,
      searched: this.searches.size,
      requested: items.filter(({requested}) => requested).length,
      profiles: items.filter(({originalProfileId}) => originalProfileId !== null).length,
      leftOut: this.#leftOut,
    }
  }

  #takeTorrent(record: OldTorrent): boolean {
    const serverId = this.#owners.server(record)
    if (serverId === null) return false
    const key: TorrentKey = {serverId, hash: record.hash}
    const marks = this.torrents.get(keyText(key))?.marks ?? []
    // It had a row for each category that a torrent once was in.
    this.torrents.set(keyText(key), {key, marks: new Set([...marks, ...record.marks])})
    return true
  }

  #takeItem({arr, item, title, searched, requested, profile}: OldItem): boolean {
    const arrId = this.#owners.arr(arr)
    if (arrId === null) return false
    if (searched) {
      this.searches.set(textOf(arrId, item), {
        ...{arrId, item, failure: '', searchId: SEARCH_ID, reason: 'inherited', phase: 'sent'},
        at: this.#searchedAt,
      })
    }
    if (requested) this.#note(arrId, item, {requested, ...(title !== null && {title})})
    if (profile !== null) {
      const {original, temporary, switchedAt, title: its} = profile
      const changes = {originalProfileId: original, temporaryProfileId: temporary, switchedAt}
      this.#note(arrId, profile.item, {...changes, ...(its !== null && {title: its})})
    }
    return true
  }

  #note(arrId: string, item: string, changes: Partial<InheritedItem>): void {
    const known = this.items.get(textOf(arrId, item)) ?? {arrId, item, ...nothing}
    this.items.set(textOf(arrId, item), {...known, ...changes})
  }
}

/** Of all searches that were taken over. */
const SEARCH_ID = 'inherited'

const nothing = {
  ...{requested: false, originalProfileId: null, temporaryProfileId: null, switchedAt: null},
  title: null,
}

function textOf(arrId: string, item: string): string {
  return JSON.stringify([arrId, item])
}
