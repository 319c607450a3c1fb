/** What servers did over time, for whoever may see them. */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {healthChangesOf, type HealthChange} from '#store/repositories/health-changes.ts'
import {samplesOf} from '#store/repositories/samples.ts'
import type {Store} from '#store/store.ts'
import type {HistoryDays} from './retention.ts'
import type {Sample, Span} from './sample.ts'
import type {Sampler} from './sampler.ts'
import {
  seriesOf,
  Sum,
  summedMetrics,
  timesOf,
  type Metric,
  type Series,
  type ServerSeries,
  type SummedMetric,
} from './series.ts'
import {selectRange, type SelectedRange} from './span-choice.ts'

export type {HealthChange}

interface HistoryQuestion {
  /** Only those that who asks may see. */
  readonly serverIds: readonly ServerId[]
  readonly from: EpochMs
  readonly to: EpochMs
  readonly span: Span | 'auto'
  readonly metrics: readonly Metric[]
}

export interface HistoryAnswer {
  /** Seconds a point stands for. */
  readonly span: Span
  /** Where each point begins. */
  readonly at: readonly EpochMs[]
  /** In the order of the question; `null` = too many to be told one by one. */
  readonly servers: readonly ServerSeries[] | null
  readonly sum: Series<SummedMetric>
  /** Servers that each point of the sum speaks for. */
  readonly reporting: readonly number[]
}

/** Values of all servers together that are told one by one: 10 ms to write down. */
const MOST_TOLD = 100_000

/** What was sampled of servers: what is written, and what is open still. */
export class ServerSamples {
  readonly #store: Pick<Store, 'read'>
  readonly #sampler: Pick<Sampler, 'soFar'>

  constructor(store: Pick<Store, 'read'>, sampler: Pick<Sampler, 'soFar'>) {
    this.#store = store
    this.#sampler = sampler
  }

  /** Of one server, each time once. @throws {StorageFault} */
  async of(id: ServerId, range: SelectedRange): Promise<readonly Sample[]> {
    const {span, from, to} = range
    const kept = await this.#store.read((db) => samplesOf(db, id, range))
    const open = this.#sampler.soFar([id], span).filter(({at}) => at >= from && at < to)
    // What is open counts as it is now, also where something of it was kept already.
    return [...new Map([...kept, ...open].map((it) => [it.at, it])).values()]
  }
}

export class History {
  readonly #store: Pick<Store, 'read'>
  readonly #samples: ServerSamples
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #days: () => HistoryDays

  constructor(
    store: Pick<Store, 'read'>,
    sampler: Pick<Sampler, 'soFar'>,
    clock: Clock,
    turns: TimeSlice,
    days: () => HistoryDays,
  ) {
    this.#store = store
    this.#samples = new ServerSamples(store, sampler)
    this.#clock = clock
    this.#turns = turns
    this.#days = days
  }

  /** @throws {BadArgument} too much for one answer. @throws {StorageFault} */
  async series(question: HistoryQuestion): Promise<HistoryAnswer> {
    const {serverIds, metrics} = question
    const range = this.#range(question)
    const sum = new Sum(range)
    const sendsSeries = serverIds.length * range.points * metrics.length <= MOST_TOLD
    const servers = await this.#each(serverIds, range, sendsSeries ? metrics : null, sum)
    return {
      span: range.span,
      at: timesOf(range),
      servers: sendsSeries ? servers : null,
      sum: sum.values(summedMetrics.filter((it) => metrics.includes(it))),
      reporting: sum.reporting(),
    }
  }

  /** Newest first. @throws {StorageFault} */
  health(
    serverIds: readonly ServerId[],
    {from, to, limit}: {readonly from: EpochMs; readonly to: EpochMs; readonly limit: number},
  ): Promise<readonly HealthChange[]> {
    return this.#store.read((db) => healthChangesOf(db, serverIds, {from, to}, limit))
  }

  #range({from, to, span, serverIds}: HistoryQuestion): SelectedRange {
    return selectRange({from, to, span, servers: serverIds.length}, this.#clock.now(), this.#days())
  }

  /** Every server in turn, added to the sum; @returns their own series, unless nobody wants them */
  async #each(
    serverIds: readonly ServerId[],
    range: SelectedRange,
    metrics: readonly Metric[] | null,
    sum: Sum,
  ): Promise<ServerSeries[]> {
    const all: ServerSeries[] = []
    for (const id of serverIds) {
      // Before the first one, too: many may ask in the same moment.
      if (this.#turns.due()) await this.#turns.next()
      const samples = await this.#samples.of(id, range)
      for (const sample of samples) sum.add(sample)
      if (metrics) all.push(seriesOf(id, samples, range, metrics))
    }
    return all
  }
}
