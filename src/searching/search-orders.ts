/**
 * What people order of searches: some now, some not, all of an Arr paused. Who may is asked before; all of it is written
 * before it is said to be done.
 *
 *   searchNow ─▶ what a person passes is queued, in the order given ─▶ SearchService.want
 *   hold ─▶ SearchService.hold        pause, resume ─▶ PausedArrs ─▶ the surroundings of its Arr
 */
import type {PausedArrs} from '#automation-state/paused-arrs.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {
  AnsweredUnit,
  OrderedSearches,
  SearchesOfArr,
  SearchOrders,
  UnitOfArr,
  WantedSearches,
} from '#model/searches.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {SearchService} from './search-service.ts'

interface OrdersDeps {
  readonly service: Pick<
    SearchService,
    'want' | 'hold' | 'has' | 'ifWanted' | 'ready' | 'personAt' | 'standing'
  >
  readonly paused: PausedArrs
  /** Resolves when what is known of searches is written. @throws {StorageFault} */
  readonly written: () => Promise<void>
  readonly clock: Pick<Clock, 'now'>
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}

/** So many of what is ready one order takes. */
export const MOST_ORDERED = 1_000
/** What is wanted now and has no turn by then is wanted no more. */
const WISH_MS = DAY * 1_000

export class PeoplesOrders implements SearchOrders {
  readonly #deps: OrdersDeps

  constructor(deps: OrdersDeps) {
    this.#deps = deps
  }

  async searchNow(wanted: WantedSearches, isDry: boolean): Promise<OrderedSearches> {
    const {service, written, clock, turns} = this.#deps
    const now = clock.now()
    const {units, left} = 'units' in wanted ? {units: wanted.units, left: 0} : this.#ready(wanted.readyIn)
    const items: AnsweredUnit[] = []
    const queued = new Map<string, number>()
    let questions = 0
    let lastAt: EpochMs | null = null
    for (const one of units) {
      if (turns.due()) await turns.next()
      const before = queued.get(one.arrId) ?? 0
      const is = this.#answer(one, before, now)
      items.push({...one, answer: is.answer, hold: is.hold})
      if (is.answer !== 'queued') continue
      queued.set(one.arrId, before + 1)
      questions += is.questions
      lastAt = Math.max(lastAt ?? 0, is.at)
    }
    const searches = items.filter(({answer}) => answer === 'queued')
    if (!isDry) {
      for (const {arrId, unit} of searches) service.want(arrId, unit, {reason: 'person', at: now})
      await written()
    }
    return {items, cost: {searches: searches.length, questions, lastAt}, left}
  }

  async hold(units: readonly UnitOfArr[], is: boolean): Promise<readonly UnitOfArr[]> {
    const {service, written} = this.#deps
    const unknown = units.filter(({arrId, unit}) => !service.has(arrId, unit))
    for (const one of units) if (!unknown.includes(one)) service.hold(one.arrId, one.unit, is)
    await written()
    return unknown
  }

  async pause(arrId: string, until: EpochMs | null): Promise<void> {
    await this.#deps.paused.pause(arrId, until)
  }

  async resume(arrId: string): Promise<void> {
    await this.#deps.paused.resume(arrId)
  }

  /** How the searches of these stand; those that are not searched are left out. */
  standing(arrs: readonly string[]): readonly SearchesOfArr[] {
    const {service, paused} = this.#deps
    return arrs.flatMap((arrId) => {
      const its = service.standing(arrId)
      return its === null ? [] : [{...its, paused: paused.of(arrId)}]
    })
  }

  #ready(arrs: readonly string[]): {readonly units: readonly UnitOfArr[]; readonly left: number} {
    const all = arrs.flatMap((arrId) => [...this.#deps.service.ready(arrId)].map((unit) => ({arrId, unit})))
    return {units: all.slice(0, MOST_ORDERED), left: Math.max(0, all.length - MOST_ORDERED)}
  }

  #answer(
    {arrId, unit}: UnitOfArr,
    before: number,
    now: EpochMs,
  ): Pick<AnsweredUnit, 'answer' | 'hold'> & {readonly questions: number; readonly at: EpochMs} {
    const {service} = this.#deps
    const its = service.ifWanted(arrId, unit)
    const at = service.personAt(arrId, before)
    if (its === null) return {answer: 'unknown', hold: null, questions: 0, at}
    const {hold, questions} = its
    if (hold?.code === 'running') return {answer: 'running', hold: null, questions, at}
    if (hold !== null) return {answer: 'held', hold, questions, at}
    if (questions === 0) return {answer: 'unwanted', hold: null, questions, at}
    return {answer: at - now > WISH_MS ? 'too_many' : 'queued', hold: null, questions, at}
  }
}
