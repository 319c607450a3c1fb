/**
 * Do files change where a mapping leads when their server writes them? A copy has the same names and sizes; what tells it
 * from the files of the server is a download that runs: its server has more of it, and the disk shows that, or not. It
 * holds for all kinds, and nothing is written or read for it. Where nothing downloads, nothing is known.
 *
 *   a running download, its files there ─▶ grown by its server ─┬─ its files changed ─▶ grew
 *                                                               └─ not one did, some minutes later, twice ─▶ still
 */
import {stat} from 'node:fs/promises'
import {unfinishedEndings} from '#clients/kinds/kinds.ts'
import {mappingAt} from '#disk/path-mapping.ts'
import type {Patience} from '#disk/patience.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {HOUR, MINUTE, type Bytes} from '#model/units.ts'
import {isUnknown} from './fact-result.ts'
import {pathsOfFiles} from './torrent-paths.ts'

/** unseen: nothing tells. */
export type Growth = 'unseen' | 'grew' | 'still'

/** Of one download by its server. */
const LEAST_GROWTH: Bytes = 16 * 1024 * 1024
/** Clients keep what they received in memory for a minute or so, and network shares what they told of a file. */
const WRITTEN_MS = 5 * MINUTE * 1_000
/** One that does not change may be a snapshot of the moment: so often, one after the other. */
const LEAST_STILL = 2
const PROVEN_MS = 6 * HOUR * 1_000
/** Downloads that are followed at the same time, and files of each: with more of them nobody can say that none changed. */
const MOST_FOLLOWED = 2
const MOST_FILES = 50

/** What tells that a file was written. */
interface FileMark {
  readonly path: string
  readonly mark: string
}

interface Followed {
  readonly key: TorrentKey
  readonly contentPath: string
  /** What its server had of it. */
  readonly before: Bytes
  readonly files: readonly FileMark[]
  /** When it had grown and its files had not changed, ms by the duration clock. */
  grownAt: number | null
}

export class MappingGrowth {
  readonly #fleet: Pick<Fleet, 'rowsOf' | 'serverAt' | 'keyAt' | 'valueAt' | 'get'>
  /** @throws {CommodarrError} */
  readonly #files: (key: TorrentKey) => Promise<readonly TorrentFile[]>
  readonly #patience: Pick<Patience, 'ask'>
  readonly #turns: TimeSlice
  readonly #followed = new Map<string, Followed>()
  #growth: Growth
  #stills = 0
  #restsUntil = 0

  /** @param growth as it was found before */
  constructor(
    fleet: Pick<Fleet, 'rowsOf' | 'serverAt' | 'keyAt' | 'valueAt' | 'get'>,
    files: (key: TorrentKey) => Promise<readonly TorrentFile[]>,
    patience: Pick<Patience, 'ask'>,
    turns: TimeSlice,
    growth: Growth = 'unseen',
  ) {
    this.#fleet = fleet
    this.#files = files
    this.#patience = patience
    this.#turns = turns
    this.#growth = growth
  }

  get growth(): Growth {
    return this.#growth
  }

  /** Of its server, which is online, and on its disk, which is there. @param at ms by the duration clock */
  async look(id: ServerId, mapping: PathMapping, all: readonly PathMapping[], at: number): Promise<void> {
    if (at < this.#restsUntil) return
    for (const [name, its] of this.#followed) {
      const found = await this.#lookAt(its, at)
      if (found === 'waits') continue
      this.#followed.delete(name)
      if (found === 'grew') {
        this.#growth = 'grew'
        this.#stills = 0
        this.#restsUntil = at + PROVEN_MS
        return this.#followed.clear()
      }
      if (found === 'still' && ++this.#stills >= LEAST_STILL) this.#growth = 'still'
    }
    for (const key of await this.#downloads(id, mapping, all)) {
      const its = await this.#begin(key, mapping)
      if (its !== null) this.#followed.set(keyText(key), its)
    }
  }

  async #lookAt(its: Followed, at: number): Promise<'waits' | 'grew' | 'still' | 'over'> {
    const torrent = this.#fleet.get(its.key)
    if (!torrent || torrent.contentPath !== its.contentPath || elsewhere.has(torrent.state)) return 'over'
    const {stale, complete, completed = 0} = torrent
    if (stale || completed - its.before < LEAST_GROWTH) return complete ? 'over' : 'waits'
    for (const {path, mark} of its.files) {
      const now = await this.#markAt(path)
      if (now === null) return 'over'
      if (now !== mark) return 'grew'
    }
    its.grownAt ??= at
    return at - its.grownAt < WRITTEN_MS ? 'waits' : 'still'
  }

  async #downloads(id: ServerId, mapping: PathMapping, all: readonly PathMapping[]): Promise<TorrentKey[]> {
    const found: TorrentKey[] = []
    for (const row of this.#fleet.rowsOf(id)) {
      if (this.#followed.size + found.length >= MOST_FOLLOWED) break
      if (this.#turns.due()) await this.#turns.next()
      // It went meanwhile.
      if (this.#fleet.serverAt(row) !== id || this.#fleet.valueAt(row, 'state') !== 'downloading') continue
      if (mappingAt(this.#fleet.valueAt(row, 'contentPath') ?? '', all) !== mapping) continue
      const key = this.#fleet.keyAt(row)
      if (!this.#followed.has(keyText(key))) found.push(key)
    }
    return found
  }

  /** `null` = not all of its files that are written are to be seen there. */
  async #begin(key: TorrentKey, mapping: PathMapping): Promise<Followed | null> {
    const torrent = this.#fleet.get(key)
    const listed = torrent && isWritten(torrent) ? await this.#files(key).catch(() => null) : null
    if (!torrent || !listed) return null
    const written = listed.filter(
      ({size, progress, priority}) => size > 0 && progress < 1 && priority !== 'skip',
    )
    if (written.length === 0 || written.length > MOST_FILES) return null
    const paths = pathsOfFiles(torrent, listed, written, [mapping])
    if (isUnknown(paths)) return null
    const marks: FileMark[] = []
    for (const path of paths.value) {
      const seen = await this.#seenAt(path)
      if (seen === null) return null
      marks.push(seen)
    }
    // What came in while they were looked at is counted as grown, and may not be written any more.
    const {completed} = this.#fleet.get(key) ?? {}
    if (completed === undefined) return null
    return {key, contentPath: torrent.contentPath!, before: completed, files: marks, grownAt: null}
  }

  async #seenAt(path: string): Promise<FileMark | null> {
    for (const ending of unfinishedEndings) {
      const mark = await this.#markAt(path + ending)
      if (mark !== null) return {path: path + ending, mark}
    }
    return null
  }

  /** `null` = nothing is there, or its disk does not tell. */
  #markAt(path: string): Promise<string | null> {
    const look = async () => {
      const {ino, size, blocks, mtimeMs} = await stat(path)
      return [ino, size, blocks, mtimeMs].join(' ')
    }
    return this.#patience.ask(path, 'growth', look).catch(() => null)
  }
}

/** Its files may be renamed or looked for. */
const elsewhere: ReadonlySet<string> = new Set([
  'checking',
  'moving',
  'metadata',
  'missingFiles',
  'error',
  'unknown',
])

/** Where it says that its files are they are written: what is not complete may lie in a folder of its own. */
function isWritten({complete, state, completed, contentPath, incompletePath}: TorrentRecord): boolean {
  if (complete || state !== 'downloading' || completed === undefined || !contentPath) return false
  return !incompletePath || contentPath.startsWith(`${incompletePath.replace(/[\\/]+$/, '')}/`)
}
