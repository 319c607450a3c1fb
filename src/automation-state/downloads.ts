/** What each Arr downloads: grabbed by it or adopted, imported with which proof, failed. */
import type {DownloadRecord} from '#model/automation-state.ts'
import type {EpochMs} from '#model/units.ts'
import {pruneDownloads, putDownloads} from '#store/repositories/downloads.ts'
import type {MemoryWriter} from './writer.ts'

export class Downloads {
  readonly #writer: MemoryWriter
  readonly #arrs = new Map<string, Map<string, DownloadRecord>>()

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

  /** Of every Arr that knows it, on whichever servers it is. */
  ofDownload(downloadId: string): readonly DownloadRecord[] {
    return [...this.#arrs.values()].flatMap((records) => records.get(downloadId) ?? [])
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
      for (const [id, {updatedAt}] of records) if (updatedAt < at) records.delete(id)
  }

  #remember(record: DownloadRecord): void {
    const records = this.#arrs.get(record.arrId) ?? new Map<string, DownloadRecord>()
    this.#arrs.set(record.arrId, records.set(record.downloadId, record))
  }
}
