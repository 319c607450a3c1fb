/**
 * Torrents whose server reports that their files are missing, where no path mapping shows us their disk: nobody here can
 * say whether it is so, so rules neither check nor remove them. A person is told once for each server. Source: scenario S32.
 */
import {toOurs, type ServerDisk} from '#disk/path-mapping.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {Rounds} from '#lib/rounds.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {HOUR} from '#model/units.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

const LOOK_MS = 10 * 60_000
/** A disk may be away for a moment, and somebody may be at it. */
const TOLD_AFTER_MS = HOUR * 1_000

export class MissingFilesWatch {
  readonly #clock: Clock
  readonly #turns: Pick<TimeSlice, 'due' | 'next'>
  readonly #fleet: Pick<Fleet, 'rowsOf' | 'serverAt' | 'valueAt'>
  readonly #servers: {list(): readonly Pick<ServerView, 'id' | 'enabled' | 'health'>[]}
  readonly #disks: {of(id: ServerId): Pick<ServerDisk, 'mappings'>}
  /** By the id of the server. */
  readonly #alerts: ActiveAlerts
  /** By the duration clock, ms. */
  readonly #since = new Map<ServerId, number>()
  readonly #rounds: Rounds

  constructor(
    board: AlertBoard,
    clock: Clock,
    turns: Pick<TimeSlice, 'due' | 'next'>,
    fleet: Pick<Fleet, 'rowsOf' | 'serverAt' | 'valueAt'>,
    servers: {list(): readonly Pick<ServerView, 'id' | 'enabled' | 'health'>[]},
    disks: {of(id: ServerId): Pick<ServerDisk, 'mappings'>},
  ) {
    this.#clock = clock
    this.#turns = turns
    this.#fleet = fleet
    this.#servers = servers
    this.#disks = disks
    this.#alerts = new ActiveAlerts(board)
    this.#rounds = new Rounds(clock, LOOK_MS, () => this.#look())
  }

  start(): void {
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  async #look(): Promise<void> {
    const enabled = this.#servers.list().filter((it) => it.enabled)
    const here = new Set<string>(enabled.map(({id}) => id))
    for (const id of new Set([...this.#since.keys(), ...this.#alerts.open]).difference(here)) {
      this.#since.delete(id as ServerId)
      this.#alerts.end(id)
    }
    for (const {id, health} of enabled) {
      // What began lasts while it is away.
      if (health.status === 'online' || health.status === 'degraded')
        this.#report(id, await this.#countOn(id))
    }
  }

  async #countOn(id: ServerId): Promise<number> {
    const its = this.#disks.of(id).mappings
    let count = 0
    for (const row of this.#fleet.rowsOf(id)) {
      if (this.#turns.due()) await this.#turns.next()
      // It went meanwhile.
      if (this.#fleet.serverAt(row) !== id || this.#fleet.valueAt(row, 'state') !== 'missingFiles') continue
      const place = this.#fleet.valueAt(row, 'contentPath') || (this.#fleet.valueAt(row, 'savePath') ?? '')
      if (toOurs(place, its) === null) count++
    }
    return count
  }

  #report(id: ServerId, count: number): void {
    if (count === 0) {
      this.#since.delete(id)
      return this.#alerts.end(id)
    }
    const now = this.#clock.monotonic()
    const since = this.#since.get(id) ?? now
    this.#since.set(id, since)
    if (now - since < TOLD_AFTER_MS) return
    this.#alerts.begin(id, {
      by: 'Disks',
      subject: 'server',
      serverId: id,
      name: null,
      code: 'missing_files_unseen',
      heals: false,
      args: {torrents: count},
      message:
        `It reports missing files of ${count} ${count === 1 ? 'torrent' : 'torrents'}, and no path mapping shows ` +
        'their disk here, so rules neither recheck nor remove them. See whether the disk is mounted there, and recheck ' +
        'them; or map their folders (PathMappings).',
    })
  }
}
