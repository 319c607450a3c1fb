/**
 * What people ask of the searches of their Arrs: some now, some not, all of an Arr paused. Rights first, then the line in
 * the journal, one for each Arr, then the order.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Principal} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import type {ArrCard} from '#model/arr-service.ts'
import type {AnsweredUnit, OrderedSearches, SearchOrders, UnitOfArr, WantedSearches} from '#model/searches.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrDirectory} from './directory.ts'
import {demandOn} from './rights.ts'
import {eventOf, type ArrService} from './service.ts'

interface SearchRequestsDeps {
  readonly directory: Pick<ArrDirectory, 'card'>
  readonly service: Pick<ArrService, 'seenBy' | 'mayCommand' | 'writes'>
  readonly orders: SearchOrders
}

/** So many units a line of the journal names. */
const NAMED = 50

export class SearchRequests {
  readonly #deps: SearchRequestsDeps

  constructor(deps: SearchRequestsDeps) {
    this.#deps = deps
  }

  /**
   * Has these searched now, or what is ready in these Arrs; without any in all that he may command.
   * @param isDry only what it would be
   * @throws {CommodarrError} arr_unknown, forbidden, and what ails the database
   */
  async searchNow(
    by: Principal,
    asked: {readonly units: readonly UnitOfArr[]} | {readonly readyIn: readonly string[] | null},
    isDry: boolean,
  ): Promise<OrderedSearches> {
    const {orders} = this.#deps
    const wanted = this.#allowed(by, asked)
    const dry = await orders.searchNow(wanted, true)
    if (isDry) return dry
    const queued = dry.items.filter(({answer}) => answer === 'queued')
    const made = new Map<string, AnsweredUnit>()
    for (const [arrId, units] of Map.groupBy(queued, (one) => one.arrId)) {
      const ordered = await this.#noted(by, arrId, 'search', listed(units), () =>
        orders.searchNow({units}, false),
      )
      for (const one of ordered.items) made.set(nameOf(one), one)
    }
    return {...dry, items: dry.items.map((one) => made.get(nameOf(one)) ?? one)}
  }

  /**
   * These are not searched until he lets them be; `is` `false` does.
   * @returns those that no library has
   * @throws {CommodarrError} the same
   */
  async hold(by: Principal, units: readonly UnitOfArr[], is: boolean): Promise<readonly UnitOfArr[]> {
    const {orders} = this.#deps
    const unknown: UnitOfArr[] = []
    const byArr = Map.groupBy(units, ({arrId}) => arrId)
    for (const arrId of byArr.keys()) this.#demand(by, arrId)
    for (const [arrId, some] of byArr) {
      const verb = is ? 'hold-search' : 'release-search'
      unknown.push(...(await this.#noted(by, arrId, verb, listed(some), () => orders.hold(some, is))))
    }
    return unknown
  }

  /** @param until `null` = until it is resumed @throws {CommodarrError} the same */
  async pause(by: Principal, arrId: string, until: EpochMs | null): Promise<void> {
    this.#demand(by, arrId)
    await this.#noted(by, arrId, 'pause-searches', {until}, () => this.#deps.orders.pause(arrId, until))
  }

  /** @throws {CommodarrError} the same */
  async resume(by: Principal, arrId: string): Promise<void> {
    this.#demand(by, arrId)
    await this.#noted(by, arrId, 'resume-searches', {}, () => this.#deps.orders.resume(arrId))
  }

  #allowed(by: Principal, asked: Parameters<SearchRequests['searchNow']>[1]): WantedSearches {
    if ('units' in asked) {
      for (const arrId of new Set(asked.units.map((one) => one.arrId))) this.#demand(by, arrId)
      return asked
    }
    for (const arrId of asked.readyIn ?? []) this.#demand(by, arrId)
    const {service} = this.#deps
    const commanded = () => service.seenBy(by).filter(({id}) => service.mayCommand(by, id))
    return {readyIn: [...new Set(asked.readyIn ?? commanded().map(({id}) => id as string))]}
  }

  #demand(by: Principal, arrId: string): ArrCard {
    const card = this.#deps.directory.card(asArrId(arrId))
    demandOn(by, card, arrId, 'control')
    return card
  }

  async #noted<T>(
    by: Principal,
    arrId: string,
    verb: string,
    args: object,
    work: () => Promise<T>,
  ): Promise<T> {
    const {service, directory} = this.#deps
    const name = directory.card(asArrId(arrId))?.name ?? arrId
    const event = {...eventOf(by, verb, name, {id: arrId, ...args}), id: randomUUIDv7()}
    return service.writes.announced(event, work)
  }
}

function listed(units: readonly UnitOfArr[]): object {
  return {count: units.length, units: units.slice(0, NAMED).map(({unit}) => unit)}
}

function nameOf({arrId, unit}: UnitOfArr): string {
  return `${unit} ${arrId}`
}
