/** What each Arr downloads: grabbed by it or adopted, imported with which proof, failed. */
import type {DownloadRecord} from '#model/memory.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {pruneDownloads, putDownloads} from '#store/repositories/downloads.ts'
import type {MemoryWriter} from './writer.ts'

export class Downloads {
  readonly #writer: MemoryWriter
  readonly #arrs = new Map<string, Map<string, DownloadRecord>>()
  readonly #torrents = new Map<string, DownloadRecord[]>()

  constructor(writer: MemoryWriter, records: readonly DownloadRecord[]) {
    this.#writer = writer
    for (const record of records) this.#remember(record)
  }

  of(arrId: string, downloadId: string): DownloadRecord | null {
    return this.#arrs.get(arrId)?.get(downloadId) ?? null
  }

  ofArr(arrId: string): readonly DownloadRecord[] {
    return [...(this.#arrs.get(arrId)?.values() ?? [])]
  }

  /** Of every Arr that knows it. */
  ofTorrent(key: TorrentKey): readonly DownloadRecord[] {
    return this.#torrents.get(keyText(key)) ?? []
  }

  /** All of them or none, each download once. @throws {StorageFault} then what was known stays */
  async put(records: readonly DownloadRecord[]): Promise<void> {
    await this.#writer.commit((db) => putDownloads(db, records))
    for (const record of records) this.#remember(record)
  }

  /** Forgets those of which nothing was heard since before `at`. @throws {StorageFault} */
  async expire(at: EpochMs): Promise<void> {
    await this.#writer.commit((db) => pruneDownloads(db, at))
    for (const records of this.#arrs.values())
      for (const record of records.values()) if (record.updatedAt < at) this.#forget(record)
  }

  #remember(record: DownloadRecord): void {
    const before = this.of(record.arrId, record.downloadId)
    if (before !== null) this.#forget(before)
    const records = this.#arrs.get(record.arrId) ?? new Map<string, DownloadRecord>()
    this.#arrs.set(record.arrId, records.set(record.downloadId, record))
    const torrent = torrentOf(record)
    if (torrent !== null) this.#torrents.set(torrent, [...(this.#torrents.get(torrent) ?? []), record])
  }

  #forget(record: DownloadRecord): void {
    this.#arrs.get(record.arrId)?.delete(record.downloadId)
    const torrent = torrentOf(record)
    if (torrent === null) return
    const left = (this.#torrents.get(torrent) ?? []).filter((it) => it !== record)
    if (left.length > 0) this.#torrents.set(torrent, left)
    else this.#torrents.delete(torrent)
  }
}

function torrentOf({serverId, hash}: DownloadRecord): string | null {
  return serverId === null || hash === null ? null : keyText({serverId, hash})
}
