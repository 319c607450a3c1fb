import type {Logger} from 'pino'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Fleet} from './fleet.ts'
import {readSnapshot, writeSnapshot} from './snapshot.ts'

const EVERY_MS = 5 * 60_000

interface SnapshotDeps {
  readonly fleet: Fleet
  readonly turns: TimeSlice
  readonly clock: Clock
  readonly log: Logger
  readonly path: string
  /** Default: five minutes. */
  readonly everyMs?: number | undefined
}

/** Keeps the list on disk, so that the next start shows the last known one at once. Losing it loses no truth. */
export class SnapshotService {
  readonly #parts: SnapshotDeps
  #cancel: () => void = () => {}
  #writing: Promise<void> = Promise.resolve()
  /** Something is another than on disk. */
  #hasChanged = false

  constructor(parts: SnapshotDeps) {
    this.#parts = parts
  }

  /** @param servers those that still exist; rows of others are left out */
  async load(servers: readonly ServerId[]): Promise<void> {
    const {fleet, turns, path, log} = this.#parts
    for (const id of servers) fleet.addServer(id)
    const result = await readSnapshot(path, {fleet, turns})
    if (result.status === 'ignored' && result.reason !== 'missing')
      log.warn({reason: result.reason}, 'the list kept on disk is not used')
  }

  start(): void {
    this.#parts.fleet.onChange(() => {
      this.#hasChanged = true
    })
    this.#plan()
  }

  #plan(): void {
    const {clock, everyMs = EVERY_MS} = this.#parts
    this.#cancel = clock.after(everyMs, () => {
      this.#writing = this.#write()
      this.#plan()
    })
  }

  async stop(): Promise<void> {
    this.#cancel()
    await this.#writing
    await this.#write()
  }

  async #write(): Promise<void> {
    const {fleet, turns, path, log} = this.#parts
    if (!this.#hasChanged) return
    this.#hasChanged = false
    try {
      await writeSnapshot(path, {fleet, turns})
    } catch (error) {
      this.#hasChanged = true
      log.warn({err: error}, 'the list could not be kept on disk')
    }
  }
}
