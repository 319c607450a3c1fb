/**
 * What happened, story by story, newest first. The journal is read through the audit, in small looks; imports and
 * outages, which nobody did here, come beside it. How much is read for a page has an end, however long the journal is.
 */
import type {Principal} from '#model/access.ts'
import type {AuditFilter} from '#store/repositories/audit.ts'
import type {Audit, AuditEntry} from './audit.ts'
import {happeningOf, StoryGatherer, type Happening, type Story, type Gathered} from './stories.ts'
import {bookkeeping, isBookkeeping} from './story-kinds.ts'
import {activitySeenBy} from './visibility.ts'

interface Position {
  /** Actions before this line of the journal; `null` = all. */
  readonly seq: number | null
  /** Of imports and outages so many are told already. */
  readonly others: number
}

/** Where a page begins; absent = with the newest. */
export interface ActivityPlace extends Position {
  readonly gathered: readonly Gathered[]
}

interface ActivityPage {
  /** Where each of them begins: asked from there alone, it comes first. */
  readonly stories: readonly {readonly story: Story; readonly place: ActivityPlace}[]
  /** `null` = there is nothing older. */
  readonly next: ActivityPlace | null
}

interface ActivityWish {
  readonly filter: AuditFilter
  /** Imports and outages that are wanted, newest first, the same on each page of one reading. */
  readonly others: readonly Happening[]
  /** Of actions that were found only these are told; absent = all. */
  readonly keep?: ((entry: AuditEntry) => boolean) | undefined
  /** Also bookkeeping. */
  readonly withBookkeeping?: boolean | undefined
}

interface ActivityPace {
  /** Actions of one look. */
  readonly look: number
  /** Read for one page. */
  readonly most: number
  /** Of these after its stories are there, so that those that go on are told to their end; absent = a tenth. */
  readonly beyond?: number
}

/** More would be too much for one page: read on before this line of the journal. */
interface Enough {
  readonly reached: number
}

const usualPace: ActivityPace = {look: 500, most: 10_000}
const beginning: ActivityPlace = {seq: null, others: 0, gathered: []}

export class Activity {
  readonly #audit: Pick<Audit, 'page' | 'entriesOf' | 'count'>
  readonly #pace: ActivityPace

  constructor(audit: Pick<Audit, 'page' | 'entriesOf' | 'count'>, pace = usualPace) {
    this.#audit = audit
    this.#pace = pace
  }

  /** @throws {StorageFault} */
  async page(
    who: Principal,
    wish: ActivityWish,
    {place = beginning, limit}: {readonly place?: ActivityPlace | undefined; readonly limit: number},
  ): Promise<ActivityPage> {
    const gatherer = new StoryGatherer(limit, place.gathered)
    const begins = new Map<Happening, ActivityPlace>()
    let at: Position = {seq: place.seq, others: place.others}
    let resume: Position | null = null
    let lastAt = Infinity
    let isSettled = true
    let beyond = 0
    for await (const one of this.#merged(who, wish, place)) {
      if ('reached' in one) {
        isSettled = false
        at = {seq: one.reached, others: at.others}
        break
      }
      if (resume !== null && gatherer.isSettledAt(one.at)) break
      // One that goes on all day must not make each page read the whole day.
      if (resume !== null && ++beyond > (this.#pace.beyond ?? this.#pace.most / 10)) {
        isSettled = false
        break
      }
      lastAt = one.at
      const seq = one.source === 'journal' ? one.place + 1 : at.seq
      begins.set(one, {seq, others: at.others, gathered: []})
      gatherer.add(one)
      if (gatherer.isFull && resume === null) resume = at
      const isAuditEntry = one.source === 'journal'
      at = {seq: isAuditEntry ? one.place : at.seq, others: isAuditEntry ? at.others : at.others + 1}
    }
    const {stories, gathered} = gatherer.end(isSettled, lastAt)
    const next = resume ?? (isSettled ? null : at)
    return {
      stories: stories.map((story) => ({story, place: begins.get(story.items[0]!)!})),
      next: next && {...next, gathered: gathered.filter((one) => mayBeMet(one, next))},
    }
  }

  /** How much bookkeeping is hidden. `isAll` = it is no lower bound. @throws {StorageFault} */
  async hidden(
    who: Principal,
    filter: AuditFilter,
  ): Promise<{readonly count: number; readonly isAll: boolean}> {
    return await this.#audit.count(
      who,
      {...filter, like: [...(filter.like ?? []), bookkeeping]},
      activitySeenBy,
    )
  }

  /** Both sources by their time, newest first. */
  async *#merged(
    who: Principal,
    {others, ...wish}: ActivityWish,
    place: ActivityPlace,
  ): AsyncGenerator<Happening | Enough> {
    let next = place.others
    for await (const entry of this.#entries(who, wish, place.seq)) {
      if ('reached' in entry) {
        yield entry
        return
      }
      const one = happeningOf(entry)
      while (next < others.length && others[next]!.at >= one.at) yield others[next++]!
      yield one
    }
    while (next < others.length) yield others[next++]!
  }

  async *#entries(
    who: Principal,
    {filter, keep, withBookkeeping = false}: Omit<ActivityWish, 'others'>,
    from: number | null,
  ): AsyncGenerator<AuditEntry | Enough> {
    const wanted = withBookkeeping ? filter : {...filter, unlike: [...(filter.unlike ?? []), ...bookkeeping]}
    let before = from
    let read = 0
    for (;;) {
      const window = {before, limit: this.#pace.look, sight: activitySeenBy}
      const {entries, nextBefore} = await this.#audit.page(who, wanted, window)
      const visible = await this.#withoutSteps(who, entries)
      yield* keep === undefined ? visible : visible.filter(keep)
      if (nextBefore === null) return
      before = nextBefore
      read += entries.length
      // Little was found in a long stretch: whoever asks gets what there is, and asks again.
      if (read >= this.#pace.most || entries.length < this.#pace.look) {
        yield {reached: nextBefore}
        return
      }
    }
  }

  /** What another action brought about is a step of that one, where that one is told. */
  async #withoutSteps(who: Principal, entries: readonly AuditEntry[]): Promise<readonly AuditEntry[]> {
    const ids = [...new Set(entries.flatMap(({causeId}) => causeId ?? []))]
    const causes = await this.#audit.entriesOf(who, ids, activitySeenBy)
    return entries.filter(({causeId}) => {
      const cause = causeId === null ? undefined : causes.get(causeId)
      return cause === undefined || isBookkeeping(cause)
    })
  }
}

/** Whether a page that begins there can meet more of it. */
function mayBeMet({place, source, isOpen}: Gathered, {seq, others}: Position): boolean {
  if (isOpen) return true
  return source === 'journal' ? seq === null || place < seq : -place >= others
}

/** Newest first, as `ActivityWish` wants them; of one moment in the order of their ids. */
export function inOrder(others: readonly Omit<Happening, 'place' | 'source'>[]): readonly Happening[] {
  return others
    .toSorted((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1))
    .map((one, index) => ({...one, source: 'others', place: -index}))
}
