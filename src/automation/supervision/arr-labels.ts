/**
 * Writes into the list whose torrent one is and what it is for there, as managers tell it. In its own time: a moment
 * after whatever made it so, many at once.
 *
 *   row feed ─ came, changed ─┐
 *   manager ─── titles ───────┴─▶ gathered ─▶ whose, what for ─▶ fleet
 */
import type {ArrLabel, Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {asDownloadId, type ArrId, type DownloadId} from '#model/arr.ts'
import {asInfoHash, keyText, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {TitleMessage} from '../arr/title-cache.ts'

const GATHER_MS = 100
/** Torrents that are one change of the list. */
const PORTION = 500

interface ArrLabelsDeps {
  readonly fleet: Fleet
  readonly clock: Clock
  readonly turns: TimeSlice
  /** Whose it is; `null` = no Arr's. @param v1 of hybrid torrents; `null` = it has none or does not tell */
  readonly arrOf: (key: TorrentKey, v1: string | null, category: string) => ArrId | null
}

interface Gathered {
  readonly key: TorrentKey
  /** Its manager knows no more what it is for. */
  readonly isForgotten: boolean
}

export class ArrLabels {
  readonly #parts: ArrLabelsDeps
  readonly #titles = new Map<ArrId, Map<DownloadId, string>>()
  #gathered = new Map<string, Gathered>()
  #cancel: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: ArrLabelsDeps) {
    this.#parts = parts
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    await this.#writing
  }

  titleOf(arrId: ArrId, downloadId: DownloadId): string | null {
    return this.#titles.get(arrId)?.get(downloadId) ?? null
  }

  /** What the manager of an Arr says that its downloads are for. */
  take(arrId: ArrId, titles: readonly TitleMessage[]): void {
    const {fleet} = this.#parts
    const known = this.#titles.get(arrId) ?? new Map<DownloadId, string>()
    this.#titles.set(arrId, known)
    for (const [downloadId, title] of titles) {
      if (title === null) known.delete(downloadId)
      else known.set(downloadId, title)
      const hash = asInfoHash(downloadId)
      for (const key of hash === null ? [] : holdersOf(fleet, hash)) this.#gather(key, title === null)
    }
  }

  /** Its label may be another one now. */
  look(key: TorrentKey): void {
    this.#gather(key, false)
  }

  #gather(key: TorrentKey, isForgotten: boolean): void {
    if (this.#isStopped) return
    const text = keyText(key)
    this.#gathered.set(text, {
      key,
      isForgotten: isForgotten || this.#gathered.get(text)?.isForgotten === true,
    })
    this.#cancel ??= this.#parts.clock.after(GATHER_MS, () => {
      this.#cancel = null
      this.#writing = this.#writing.then(() => this.#write())
    })
  }

  async #write(): Promise<void> {
    const {fleet, turns} = this.#parts
    const all = [...this.#gathered.values()]
    this.#gathered = new Map()
    for (let at = 0; at < all.length && !this.#isStopped; at += PORTION) {
      fleet.label(all.slice(at, at + PORTION).flatMap((it) => this.#labelOf(it) ?? []))
      if (turns.due()) await turns.next()
    }
  }

  /** What was known before a restart stays until its manager says otherwise. `null` = it is not there any more. */
  #labelOf({key, isForgotten}: Gathered): ArrLabel | null {
    const {fleet, arrOf} = this.#parts
    const row = fleet.rowOf(key)
    if (row === null) return null
    const v1 = fleet.valueAt(row, 'infoHashV1') ?? null
    const arrId = arrOf(key, v1, fleet.valueAt(row, 'category'))
    const names = [key.hash, ...(v1 === null ? [] : [v1])]
    const titles = arrId === null ? [] : names.flatMap((it) => this.titleOf(arrId, asDownloadId(it)!) ?? [])
    const isSame = fleet.valueAt(row, 'arrId') === arrId && !isForgotten
    return {key, arrId, arrItem: titles[0] ?? (isSame ? fleet.valueAt(row, 'arrItem') : undefined)}
  }
}

function holdersOf(fleet: Fleet, hash: InfoHash): readonly TorrentKey[] {
  return [...fleet.holders(hash), ...fleet.holdersOfV1(hash)]
}
