/**
 * Files of torrents that people read from our own disks: who read which one is in the journal, and one person holds few
 * of them open. A player asks for a film in hundreds of pieces: for an hour they are one reading.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Readable} from 'node:stream'
import type {Journal} from '#journal/journal.ts'
import type {Clock} from '#lib/clock.ts'
import {personOf} from '#lib/fair-turns.ts'
import type {Principal} from '#model/access.ts'
import {CommodarrError, QuotaUsedUp} from '#model/errors.ts'
import type {FileToRead} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'

/** That one person reads at a time. */
const MOST_OPEN = 4
const TRY_AGAIN_MS = 10_000
/** So long a reading of one file by one person is one line of the journal. */
const ONE_READING_MS = 3_600_000
const MOST_KEPT = 10_000

export interface FileDownloadsDeps {
  /** @throws {CommodarrError} it cannot be read, and why */
  readonly open: (key: TorrentKey, index: number) => Promise<FileToRead>
  /** Whoever put it there may have it name files as it likes. */
  readonly isOfMember: (id: ServerId) => boolean
  readonly nameOf: (key: TorrentKey) => string | null
  readonly journal: Pick<Journal, 'write'>
  readonly clock: Pick<Clock, 'now'>
}

/** Which bytes, from the first to the last, both with them; `null` = all. */
export type ByteRange = {readonly from: number; readonly to: number} | null

export class FileDownloads {
  readonly #deps: FileDownloadsDeps
  readonly #open = new Map<string, number>()
  /** When who began to read what, the latest at the end. */
  readonly #noted = new Map<string, number>()

  constructor(deps: FileDownloadsDeps) {
    this.#deps = deps
  }

  /**
   * @param rangeOf what is asked for of a file so large
   * @throws {CommodarrError} forbidden, quota_used_up, and what `open` throws; {StorageFault} nothing is read unnoted
   */
  async read(
    by: Principal,
    key: TorrentKey,
    index: number,
    rangeOf: (file: FileToRead) => ByteRange,
  ): Promise<{readonly file: FileToRead; readonly range: ByteRange; readonly bytes: Readable}> {
    if (this.#deps.isOfMember(key.serverId) && !by.access.permits('admin'))
      throw new CommodarrError(
        'forbidden',
        'Files of a server that a member added are read by administrators alone.',
      )
    const person = personOf(by.actor)
    const leave = this.#enter(person)
    try {
      const file = await this.#deps.open(key, index)
      try {
        const range = rangeOf(file)
        await this.#note(by, key, file.path)
        const bytes = file.read(range?.from ?? 0, range?.to ?? Math.max(0, file.size - 1))
        bytes.once('close', leave)
        return {file, range, bytes}
      } catch (error) {
        await file.close()
        throw error
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** @returns to be called once, when it is over */
  #enter(person: string): () => void {
    const open = this.#open.get(person) ?? 0
    if (open >= MOST_OPEN)
      throw new QuotaUsedUp(
        this.#deps.clock.now() + TRY_AGAIN_MS,
        `${MOST_OPEN} files are read at a time by one person; wait until one of them is there.`,
      )
    this.#open.set(person, open + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      const left = (this.#open.get(person) ?? 1) - 1
      if (left === 0) this.#open.delete(person)
      else this.#open.set(person, left)
    }
  }

  async #note({actor}: Principal, key: TorrentKey, path: string): Promise<void> {
    const {clock, journal, nameOf} = this.#deps
    const now = clock.now()
    const reading = JSON.stringify([personOf(actor), actor.address, keyText(key), path])
    if (now - (this.#noted.get(reading) ?? Number.NEGATIVE_INFINITY) < ONE_READING_MS) return
    await journal.write([
      {
        id: randomUUIDv7(),
        at: now,
        actor,
        subject: 'torrent',
        serverId: key.serverId,
        hash: key.hash,
        name: nameOf(key),
        verb: 'readFile',
        args: {file: path},
        phase: 'confirmed',
      },
    ])
    this.#noted.delete(reading)
    this.#noted.set(reading, now)
    if (this.#noted.size > MOST_KEPT) this.#noted.delete(this.#noted.keys().next().value!)
  }
}
