/**
 * Searches that Arrs are asked for by us: those of rules so many in an hour, those that are owed for what was given up
 * written down first, those of people at once. All are counted.
 */
import {randomUUID} from 'node:crypto'
import type {PlannedSearch, Searched} from '#automation-state/searched.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Clock} from '#lib/clock.ts'
import type {Requester} from '#model/access.ts'
import {mediaKey, type ArrId, type MediaRef} from '#model/arr.ts'
import type {ArrResult} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ManagerId} from '#model/manager.ts'
import {waits} from '#model/waits.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import {authorityOf} from '#registry/rules/owners.ts'
import {searched} from '../arr/arr-actions.ts'
import type {SearchOwed} from '../manager/messages.ts'
import {RELEASE_LOOP, type ReleaseLoops} from '../alerts/release-loops.ts'
import {
  budgetWords,
  loopWords,
  SEARCH_AGAIN,
  SEARCH_BUDGET,
  type SearchAgainState,
} from '../sagas/search-again.ts'
import type {Managers} from '../supervision/managers.ts'

export class ArrSearches {
  readonly #managers: Pick<Managers, 'ask'>
  readonly #searched: Pick<Searched, 'claim' | 'sent' | 'notSent' | 'waitFor' | 'lastAt'>
  readonly #sagas: Pick<SagaRunner, 'begin'>
  readonly #arrs: Pick<ArrDirectory, 'card'>
  readonly #clock: Clock
  readonly #loops: Pick<ReleaseLoops, 'ofAny'>

  constructor(
    managers: Pick<Managers, 'ask'>,
    searched: Pick<Searched, 'claim' | 'sent' | 'notSent' | 'waitFor' | 'lastAt'>,
    sagas: Pick<SagaRunner, 'begin'>,
    arrs: Pick<ArrDirectory, 'card'>,
    clock: Clock,
    loops: Pick<ReleaseLoops, 'ofAny'>,
  ) {
    this.#managers = managers
    this.#searched = searched
    this.#sagas = sagas
    this.#arrs = arrs
    this.#clock = clock
    this.#loops = loops
  }

  /** It is made for certain once this resolves, as soon as its Arr has given it up. @throws {StorageFault} */
  async owe(
    arrId: string,
    {media, failure, given}: SearchOwed,
    about: Pick<SearchAgainState, 'by' | 'reason' | 'authority'>,
  ): Promise<void> {
    const state: SearchAgainState = {arrId, media, failure, ...(given && {given}), ...about}
    await this.#sagas.begin(SEARCH_AGAIN, `${arrId} ${failure}`, state)
  }

  /** The same for a person who gives it up. @throws {StorageFault} */
  async oweTo(person: Requester, arrId: ArrId, owed: SearchOwed): Promise<void> {
    const name = this.#arrs.card(arrId)?.name ?? arrId
    const by = {actor: person.actor, subject: 'arr', serverId: null, hash: null, name} as const
    await this.owe(arrId, owed, {by, reason: 'blocklisted', authority: authorityOf(person)})
  }

  /** For a rule, which tries again where enough was searched in this hour. `done` has its action. @throws {CommodarrError} */
  async make(
    arrId: string,
    media: readonly string[],
    {reason, mayRepeat}: {readonly reason: string; readonly mayRepeat: boolean},
  ): Promise<ArrResult> {
    const since = media.map((item) => this.#clock.now() - (this.#searched.lastAt(arrId, item) ?? -Infinity))
    // A time that lies ahead is a wrong clock.
    if (!mayRepeat && since.every((ms) => ms >= 0 && ms < waits.searchApart.ms)) {
      const message = 'It was searched within a day: a rule does not have it searched again before.'
      return {outcome: 'postponed', code: 'searched_lately', message}
    }
    const loop = this.#loops.ofAny(arrId, media)
    if (loop) return {outcome: 'postponed', code: RELEASE_LOOP, message: loopWords(loop)}
    const waitMs = this.#searched.waitFor(arrId, media.length)
    if (waitMs > 0) return {outcome: 'postponed', code: SEARCH_BUDGET, message: budgetWords(waitMs)}
    const command = await this.#counted({arrId, items: media, reason, cause: 'rule'}, () =>
      this.#managers.ask(arrId as ManagerId, 'search', {media}),
    )
    return {outcome: 'done', change: searched(media, command)}
  }

  /** What a person wants searched is searched now. @throws what `search` throws */
  async searchManually(
    arrId: ArrId,
    media: readonly MediaRef[],
    search: () => Promise<number | null>,
  ): Promise<void> {
    const items = media.map(mediaKey)
    await this.#counted({arrId, items, reason: 'byHand', cause: 'person'}, search)
  }

  /** @param search gives the number of its command */
  async #counted<T extends number | null>(
    wanted: Pick<PlannedSearch, 'arrId' | 'items' | 'reason' | 'cause'>,
    search: () => Promise<T>,
  ): Promise<T> {
    const searchId = randomUUID()
    await this.#searched.claim({...wanted, failure: '', searchId, at: this.#clock.now()})
    try {
      const command = await search()
      await this.#searched.sent(searchId, command)
      return command
    } catch (error) {
      // Without an answer it may be searched anyway.
      if (error instanceof CommodarrError && error.code === 'command_refused')
        await this.#searched.notSent(searchId)
      throw error
    }
  }
}
