/** Announce URL → hashes, as sync/maindata tells it; kept in step with the world by its change log. */
import {listedTrackers, type SimTracker} from './sim-torrent.ts'
import type {World} from './world.ts'

interface Entry {
  readonly hashes: Set<string>
  revision: number
}

export class TrackerTable {
  readonly #world: World
  #byUrl = new Map<string, Entry>()
  #ofTorrent = new Map<string, readonly SimTracker[]>()
  /** −1 = nothing read yet. */
  #revision = -1

  constructor(world: World) {
    this.#world = world
    world.onRestart(() => {
      this.#byUrl = new Map()
      this.#ofTorrent = new Map()
      this.#revision = -1
    })
  }

  /** Reads what changed since the last time. */
  catchUp(): void {
    const since = this.#revision
    // First: what a growing list shows meanwhile is read again the next time.
    this.#revision = this.#world.revision
    const changed = since < 0 ? this.#world.list() : this.#world.changedSince(since)
    const removed = since < 0 ? [] : this.#world.removedSince(since)
    for (const {hash} of removed) this.#replace(hash, [])
    for (const torrent of changed) this.#replace(torrent.hash, listedTrackers(torrent))
  }

  *all(): Generator<[string, readonly string[]]> {
    for (const [url, {hashes}] of this.#byUrl) if (hashes.size > 0) yield [url, [...hashes]]
  }

  /** URLs whose torrents changed after this revision; without any when it is gone. */
  *changedSince(revision: number): Generator<[string, readonly string[]]> {
    for (const [url, entry] of this.#byUrl) if (entry.revision > revision) yield [url, [...entry.hashes]]
  }

  #replace(hash: string, trackers: readonly SimTracker[]): void {
    const before = this.#ofTorrent.get(hash) ?? []
    if (before === trackers) return
    const [had, has] = [new Set(before.map(({url}) => url)), new Set(trackers.map(({url}) => url))]
    for (const url of had) if (!has.has(url)) this.#touch(url).delete(hash)
    for (const url of has) if (!had.has(url)) this.#touch(url).add(hash)
    if (trackers.length > 0) this.#ofTorrent.set(hash, trackers)
    else this.#ofTorrent.delete(hash)
  }

  #touch(url: string): Set<string> {
    const entry = this.#byUrl.get(url) ?? {hashes: new Set(), revision: 0}
    entry.revision = this.#revision
    this.#byUrl.set(url, entry)
    return entry.hashes
  }
}
