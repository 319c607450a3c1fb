/**
 * What a Prowlarr counts: it brings indexers to Arrs, is asked in their place, and answers 429 at a limit, with feeds and
 * other programs counted. Its key goes nowhere else: a redirect to another host is a fault, and nothing is sent there.
 * Source: Prowlarr, IndexerLimitService and IndexerStatsController.
 */
import {z} from 'zod'
import type {EpochMs} from '#model/units.ts'
import {DAY, HOUR} from '#model/units.ts'
import {notAnArr} from './arr-faults.ts'
import {countOrNull, count, id, instant, listOf, settingFields, text} from './fields.ts'
import type {ArrReader, ArrRequest} from './http-client.ts'

export interface ProwlarrIndexer {
  readonly id: number
  readonly name: string
  /** How often it may be asked in any span of that length; `null` = as often as wanted. */
  readonly limit: {readonly most: number; readonly windowMs: number} | null
}

const [NAME_OF_LIMIT, NAME_OF_UNIT] = ['baseSettings.queryLimit', 'baseSettings.limitsUnit']
const windowsMs = {day: DAY * 1_000, hour: HOUR * 1_000}

/** Of `limitsUnit` 0 is a day, 1 an hour. A limit of nothing is none. */
const indexers: z.ZodType<ProwlarrIndexer[]> = z.array(
  z.object({id, name: text, fields: settingFields}).transform(({fields, ...it}) => {
    const valueOf = (name: string) =>
      countOrNull.parse(fields.find((field) => field.name === name)?.value ?? null)
    const most = valueOf(NAME_OF_LIMIT) ?? 0
    const windowMs = valueOf(NAME_OF_UNIT) === 1 ? windowsMs.hour : windowsMs.day
    return {...it, limit: most > 0 ? {most, windowMs} : null}
  }),
)

const statistics = z.object({
  indexers: listOf(z.object({indexerId: id, numberOfQueries: count, numberOfRssQueries: count})),
})

const statuses = z.array(z.object({indexerId: id, disabledTill: instant}))

export class ProwlarrClient {
  readonly #http: ArrReader & {close(): Promise<void>}

  /** @param http whose address and key are those of the Prowlarr */
  constructor(http: ArrReader & {close(): Promise<void>}) {
    this.#http = http
  }

  /** @throws {ServerFault} */
  indexers(signal?: AbortSignal): Promise<readonly ProwlarrIndexer[]> {
    return this.#read({path: '/api/v1/indexer', signal}, indexers)
  }

  /** How often each was asked since then, feeds included. @throws {ServerFault} */
  async askedSince(at: EpochMs, signal?: AbortSignal): Promise<ReadonlyMap<number, number>> {
    const query = {startDate: new Date(at).toISOString()}
    const {indexers: found} = await this.#read({path: '/api/v1/indexerstats', query, signal}, statistics)
    return new Map(found.map((one) => [one.indexerId, one.numberOfQueries + one.numberOfRssQueries]))
  }

  /** Those that failed and are left alone, until when. @throws {ServerFault} */
  async disabled(signal?: AbortSignal): Promise<ReadonlyMap<number, EpochMs>> {
    const found = await this.#read({path: '/api/v1/indexerstatus', signal}, statuses)
    return new Map(
      found.flatMap((one) => (one.disabledTill === null ? [] : [[one.indexerId, one.disabledTill] as const])),
    )
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #read<T>(request: ArrRequest, shape: z.ZodType<T>): Promise<T> {
    const answer = await this.#http.read(request, shape)
    if (answer === null) throw notAnArr()
    return answer
  }
}
