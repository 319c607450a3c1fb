/** What one run of a rule has cost so far: a run is everything that was decided in one pass. */
import {folderOf, type Budgets, type Tally} from '#executor/guards/rules/decision-guard.ts'
import type {SubjectName} from '#model/decision.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {withDomains} from '#rules/tracker-domain.ts'

export class RunBudget {
  /** Id of the entry in the journal that began it; `null` = a pass of the rules. */
  readonly causeId: string | null
  #count = 0
  #bytes = 0
  readonly #trackers = new Map<string, number>()
  readonly #heldBack = new Map<ServerId | null, number>()
  readonly #heldBackOfFolders = new Map<string, number>()
  #isInDoubt = false

  constructor(causeId: string | null = null) {
    this.causeId = causeId
  }

  get all(): Tally {
    return {count: this.#count, bytes: this.#bytes}
  }

  /** Of these, or of all hosts of their trackers together, the one that is charged most. */
  most(trackers: readonly string[]): number {
    return Math.max(0, ...withDomains(trackers).map((host) => this.#trackers.get(host) ?? 0))
  }

  /** @param times -1 = it was not sent after all */
  add(trackers: readonly string[], bytes: number, times: 1 | -1 = 1): void {
    this.#count += times
    this.#bytes += times * bytes
    for (const host of withDomains(trackers))
      this.#trackers.set(host, (this.#trackers.get(host) ?? 0) + times)
  }

  /** Something was not as it was seen when this run was decided: the rest of it waits for another look. */
  get isInDoubt(): boolean {
    return this.#isInDoubt
  }

  doubt(): void {
    this.#isInDoubt = true
  }

  /** How much the rule wanted of this server, or folder, beyond what one run may do. */
  heldBackOf(subject: SubjectName): Pick<Budgets, 'heldBackOfServer' | 'heldBackOfFolder'> {
    const folder = folderOf(subject)
    return {
      heldBackOfServer: this.#heldBack.get(subject.serverId) ?? 0,
      heldBackOfFolder: folder === null ? 0 : (this.#heldBackOfFolders.get(folder) ?? 0),
    }
  }

  holdBack(subject: SubjectName): void {
    const {heldBackOfServer, heldBackOfFolder} = this.heldBackOf(subject)
    this.#heldBack.set(subject.serverId, heldBackOfServer + 1)
    const folder = folderOf(subject)
    if (folder !== null) this.#heldBackOfFolders.set(folder, heldBackOfFolder + 1)
  }
}
