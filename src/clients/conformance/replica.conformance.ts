import type {Category, ServerStats} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {SyncSink} from '../port.ts'

/** The plainest reader of a sync: a map of rows that believes all it is told. */
export class Replica implements SyncSink {
  readonly rows = new Map<InfoHash, TorrentPatch>()
  stats_: ServerStats | null = null
  categories_: readonly Category[] | null = null
  tags_: readonly string[] | null = null
  /** Whole lists that began as a new epoch. */
  fresh = 0
  #listed: Set<InfoHash> | null = null

  begin(fresh: boolean): void {
    if (fresh) {
      this.fresh++
      this.rows.clear()
    }
    this.#listed = new Set()
  }

  row(patch: TorrentPatch): void {
    this.#listed?.add(patch.hash)
    this.rows.set(patch.hash, {...this.rows.get(patch.hash), ...patch})
  }

  removed(hash: InfoHash): void {
    this.rows.delete(hash)
  }

  end(): void {
    for (const hash of this.rows.keys()) {
      if (!this.#listed!.has(hash)) this.rows.delete(hash)
    }
    this.#listed = null
  }

  stats(stats: ServerStats): void {
    this.stats_ = stats
  }

  categories(categories: readonly Category[]): void {
    this.categories_ = categories
  }

  tags(tags: readonly string[]): void {
    this.tags_ = tags
  }
}
