/**
 * Looks on at torrents that all their trackers call unregistered, whether or not a rule asks about them just now: what
 * is owed ends when they have said so for a day without interruption. Says once when one tracker says it of a crowd.
 */
import type {LookUps} from '#automation/facts/look-ups.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {Rounds} from '#lib/rounds.ts'
import type {TrackerCrowds} from '#lookups/tracker-crowds.ts'
import type {UnregisteredTimes} from '#lookups/unregistered-times.ts'
import type {ManagerId} from '#model/manager.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

interface UnregisteredWatchDeps {
  readonly board: AlertBoard
  readonly clock: Clock
  readonly fleet: Pick<Fleet, 'rowOf'>
  readonly times: Pick<UnregisteredTimes, 'open'>
  readonly crowds: Pick<TrackerCrowds, 'forgetful'>
  readonly lookUps: Pick<LookUps, 'ask'>
  /** A rule was suspended for wanting too much at once: somebody was told already. */
  readonly isSuspended: () => boolean
}

const ROUND_MS = 60_000
/** Torrents are looked at in each of so many rounds: looks an hour apart still belong together. */
const ROUNDS_A_LOOK = 15
/** More are not looked at in one round: so many at once are a crowd. */
const MOST = 500
/** Fewer are none, and nobody has to be counted. */
const FEW = 3

const watcher = 'unregistered' as ManagerId

export class UnregisteredWatch {
  readonly #parts: UnregisteredWatchDeps
  /** By the host of the tracker. */
  readonly #crowds: ActiveAlerts
  readonly #rounds: Rounds
  #count = 0

  constructor(parts: UnregisteredWatchDeps) {
    this.#parts = parts
    this.#crowds = new ActiveAlerts(parts.board)
    this.#rounds = new Rounds(parts.clock, ROUND_MS, () => this.#round())
  }

  start(): void {
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  async #round(): Promise<void> {
    const {fleet, times, lookUps} = this.#parts
    const open = times.open().filter((key) => fleet.rowOf(key) !== null)
    if (++this.#count % ROUNDS_A_LOOK === 0) {
      for (const key of open.slice(0, MOST)) {
        if (this.#rounds.isStopped) return
        await lookUps.ask(watcher, key, ['tracker.unregisteredFor'])
      }
    }
    if (open.length > FEW || this.#crowds.open.length > 0) await this.#reportCrowds()
  }

  async #reportCrowds(): Promise<void> {
    const crowds = await this.#parts.crowds.forgetful()
    for (const [host, {unregistered, asking}] of crowds) {
      if (this.#parts.isSuspended()) break
      this.#crowds.begin(host, {
        by: 'Trackers',
        subject: 'server',
        serverId: null,
        name: host,
        code: 'tracker_forgets_many',
        heals: true,
        args: {tracker: host, unregistered, asking},
        message: `${host} calls ${unregistered} of ${asking} torrents unregistered at once: what they owe it stays owed.`,
      })
    }
    for (const host of this.#crowds.open) if (!crowds.has(host)) this.#crowds.end(host)
  }
}
