/** What one run of a rule has cost so far: a run is everything that was decided in one pass. */
import type {Tally} from '#executor/guards/rules/decision-guard.ts'
import type {ServerId} from '#model/torrent-key.ts'

export class RunBudget {
  /** Id of the deed in the journal that began it; `null` = a pass of the rules. */
  readonly causeId: string | null
  #count = 0
  #bytes = 0
  readonly #trackers = new Map<string, number>()
  readonly #heldBack = new Map<ServerId | null, number>()
  #isInDoubt = false

  constructor(causeId: string | null = null) {
    this.causeId = causeId
  }

  get all(): Tally {
    return {count: this.#count, bytes: this.#bytes}
  }

  /** Of these the one that is charged most. */
  most(trackers: readonly string[]): number {
    return Math.max(0, ...trackers.map((host) => this.#trackers.get(host) ?? 0))
  }

  /** @param times -1 = it was not sent after all */
  add(trackers: readonly string[], bytes: number, times: 1 | -1 = 1): void {
    this.#count += times
    this.#bytes += times * bytes
    for (const host of trackers) this.#trackers.set(host, (this.#trackers.get(host) ?? 0) + times)
  }

  /** Something was not as it was seen when this run was decided: the rest of it waits for another look. */
  get isInDoubt(): boolean {
    return this.#isInDoubt
  }

  doubt(): void {
    this.#isInDoubt = true
  }

  /** How much the rule wanted of this server beyond what one run may do. */
  heldBackOf(serverId: ServerId | null): number {
    return this.#heldBack.get(serverId) ?? 0
  }

  holdBack(serverId: ServerId | null): void {
    this.#heldBack.set(serverId, this.heldBackOf(serverId) + 1)
  }
}
