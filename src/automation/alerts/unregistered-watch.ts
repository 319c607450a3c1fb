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

const ROUND_MS = 60_000
/** Torrents are looked at in each of so many rounds: looks an hour apart still belong together. */
const ROUNDS_A_LOOK = 15
/** More are not looked at in one round: so many at once are a crowd. */
const MOST = 500
/** Fewer are none, and nobody has to be counted. */
const FEW = 3

const watcher = 'unregistered' as ManagerId

export class UnregisteredWatch {
  readonly #fleet: Pick<Fleet, 'rowOf'>
  readonly #times: Pick<UnregisteredTimes, 'open'>
  readonly #lookUps: Pick<LookUps, 'ask'>
  readonly #crowds: CrowdAlerts
  readonly #rounds: Rounds
  #count = 0

  constructor(
    clock: Clock,
    fleet: Pick<Fleet, 'rowOf'>,
    times: Pick<UnregisteredTimes, 'open'>,
    lookUps: Pick<LookUps, 'ask'>,
    crowds: CrowdAlerts,
  ) {
    this.#fleet = fleet
    this.#times = times
    this.#lookUps = lookUps
    this.#crowds = crowds
    this.#rounds = new Rounds(clock, ROUND_MS, () => this.#round())
  }

  start(): void {
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  async #round(): Promise<void> {
    const open = this.#times.open().filter((key) => this.#fleet.rowOf(key) !== null)
    if (++this.#count % ROUNDS_A_LOOK === 0) {
      for (const key of open.slice(0, MOST)) {
        if (this.#rounds.isStopped) return
        await this.#lookUps.ask(watcher, key, ['tracker.unregisteredFor'])
      }
    }
    await this.#crowds.look(open.length)
  }
}

/** One alert for each tracker that forgets a crowd. */
export class CrowdAlerts {
  /** By the host of the tracker. */
  readonly #alerts: ActiveAlerts
  readonly #crowds: Pick<TrackerCrowds, 'forgetful'>
  readonly #isReported: () => boolean

  /** @param isReported a rule was suspended for wanting too much at once: people heard of it by that */
  constructor(board: AlertBoard, crowds: Pick<TrackerCrowds, 'forgetful'>, isReported: () => boolean) {
    this.#alerts = new ActiveAlerts(board)
    this.#crowds = crowds
    this.#isReported = isReported
  }

  /** @param unregistered so many torrents are called so */
  async look(unregistered: number): Promise<void> {
    if (unregistered > FEW || this.#alerts.open.length > 0) await this.#report()
  }

  async #report(): Promise<void> {
    const crowds = await this.#crowds.forgetful()
    for (const [host, {unregistered, asking}] of crowds) {
      if (this.#isReported()) break
      this.#alerts.begin(host, {
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
    for (const host of this.#alerts.open) if (!crowds.has(host)) this.#alerts.end(host)
  }
}
