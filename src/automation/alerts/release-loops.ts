/**
 * Films, episodes, albums and books of which releases are given up again and again: they are not searched until a person
 * looked, or for a week. Each release that is given up is remembered, whoever did it.
 *
 *   history of an Arr ─ failed ─▶ hear ─┬─▶ remembered ─▶ loops ─▶ searches wait, a line at the bell
 *   a rule gave it up, with its reason ─┘                    ▲
 *   a person has it searched on ─────────────────────────────┘
 */
import {GIVEN_UP_MS, type GivenUp} from '#automation-state/given-up.ts'
import type {Clock} from '#lib/clock.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {GivenUpRecord} from '#model/automation-state.ts'
import {CommandRefused} from '#model/errors.ts'
import type {ReleaseLoop} from '#model/searching.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import {loopIn} from '#searching/release-loops.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

export const RELEASE_LOOP = 'release_loop'

export interface ReleaseLoopsDeps {
  readonly givenUp: Pick<GivenUp, 'of' | 'items' | 'add' | 'resume'>
  readonly arrs: Pick<ArrDirectory, 'active' | 'card'>
  readonly board: AlertBoard
  readonly clock: Clock
}

/** Named in one line. */
const MOST_NAMED = 3

export class ReleaseLoops {
  readonly #deps: ReleaseLoopsDeps
  readonly #alerts: ActiveAlerts
  /** By Arr, by item. */
  #loops: ReadonlyMap<string, ReadonlyMap<string, ReleaseLoop>> = new Map()
  /** What was said of each Arr. */
  readonly #said = new Map<string, string>()
  #changed: (arrId: ArrId, items: readonly string[]) => void = () => undefined
  #cancel: () => void = () => undefined

  constructor(deps: ReleaseLoopsDeps) {
    this.#deps = deps
    this.#alerts = new ActiveAlerts(deps.board)
    this.#evaluate()
  }

  /** From now on loops are reported. @param changed hears which items are in a loop, or are in none any more */
  start(changed: (arrId: ArrId, items: readonly string[]) => void): void {
    this.#changed = changed
    this.follow()
  }

  stop(): void {
    this.#changed = () => undefined
    this.#cancel()
  }

  /** Arrs or their sections may have changed. */
  follow(): void {
    const before = this.#loops
    this.#evaluate()
    for (const arrId of new Set([...before.keys(), ...this.#loops.keys()])) {
      const [was, is] = [before.get(arrId), this.#loops.get(arrId)]
      const items = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])]
      const others = items.filter((item) => was?.get(item)?.until !== is?.get(item)?.until)
      if (others.length > 0) this.#changed(asArrId(arrId), others)
      this.#tell(arrId)
    }
    this.#wait()
  }

  /** `null` = it is searched on. */
  of(arrId: string, item: string): ReleaseLoop | null {
    const loop = this.#loops.get(arrId)?.get(item)
    return loop && loop.until > this.#deps.clock.now() ? loop : null
  }

  /** Of several items that are searched by one command. */
  ofAny(arrId: string, items: readonly string[]): ReleaseLoop | null {
    return items.map((item) => this.of(arrId, item)).find((loop) => loop !== null) ?? null
  }

  /** Whether one of these is in a loop once another release of them is given up. */
  isAfter(arrId: string, items: readonly string[], reason: string): boolean {
    const {givenUp, clock} = this.#deps
    const next = {at: clock.now(), reason, title: ''}
    const perDay = this.#limits().get(arrId) ?? 0
    return items.some((item) => loopIn([...givenUp.of(arrId, item), next], perDay, clock.now()) !== null)
  }

  /** Releases were given up. @throws {StorageFault} */
  async hear(releases: readonly Omit<GivenUpRecord, 'resumedAt'>[]): Promise<void> {
    await this.#deps.givenUp.add(releases)
    this.follow()
  }

  /**
   * A person has it searched on: what was given up so far does not count any more.
   * @throws {CommandRefused} it is in no loop
   * @throws {StorageFault} then it waits on
   */
  async resume(arrId: string, item: string): Promise<void> {
    if (this.of(arrId, item) === null)
      throw new CommandRefused('Its searches are not on hold because of releases that were given up.')
    await this.#deps.givenUp.resume(arrId, item)
    this.follow()
  }

  #evaluate(): void {
    const {givenUp, clock} = this.#deps
    const [limits, now] = [this.#limits(), clock.now()]
    const loops = new Map<string, Map<string, ReleaseLoop>>()
    for (const {arrId, item} of givenUp.items()) {
      const perDay = limits.get(arrId)
      const loop = perDay === undefined ? null : loopIn(givenUp.of(arrId, item), perDay, now)
      if (loop) loops.set(arrId, (loops.get(arrId) ?? new Map<string, ReleaseLoop>()).set(item, loop))
    }
    this.#loops = loops
  }

  /** `FailuresPerDay` of each Arr that is on. */
  #limits(): ReadonlyMap<string, number> {
    const {arrs} = this.#deps
    return new Map(arrs.active().map(({id, config}) => [id, config.EntrySearch.FailuresPerDay]))
  }

  /** One line for each Arr, which says something else once other items are in a loop. */
  #tell(arrId: string): void {
    const loops = this.#loops.get(arrId) ?? new Map<string, ReleaseLoop>()
    const message = loops.size === 0 ? '' : messageOf(loops)
    if ((this.#said.get(arrId) ?? '') === message) return
    this.#alerts.end(arrId)
    this.#said.delete(arrId)
    if (message === '') return
    this.#said.set(arrId, message)
    this.#alerts.begin(arrId, {
      by: 'searches',
      code: RELEASE_LOOP,
      heals: false,
      subject: 'arr',
      serverId: null,
      name: this.#deps.arrs.card(asArrId(arrId))?.name ?? arrId,
      args: {id: arrId, items: [...loops.keys()]},
      message,
    })
  }

  /** Loops end by time alone. */
  #wait(): void {
    const {clock} = this.#deps
    this.#cancel()
    const ends = [...this.#loops.values()].flatMap((items) => Array.from(items.values(), ({until}) => until))
    if (ends.length === 0) return
    const ms = Math.min(GIVEN_UP_MS, Math.max(0, Math.min(...ends) - clock.now()) + 1)
    this.#cancel = clock.after(ms, () => this.follow())
  }
}

function messageOf(loops: ReadonlyMap<string, ReleaseLoop>): string {
  const all = [...loops.values()]
  const named = all.slice(0, MOST_NAMED).map(({count, release}) => `${release} (${count})`)
  const more = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : ''
  return `Several releases of the same title were given up within a short time, the last ${named.join(', ')}${more}. It is not searched until you resume it in Library › Wanted, or for a week.`
}
