/**
 * What people asked for in request managers, as each of these listed it last. A manager that is away is believed for a
 * week; all is written within seconds, and read again where that was lost.
 */
import type {ListedRequest, MediaRequest} from '#model/requests.ts'
import type {EpochMs} from '#model/units.ts'
import {deleteRequests, putRequests} from '#store/repositories/requests.ts'
import type {Unwritten} from './unwritten.ts'
import type {MemoryWriter} from './writer.ts'

const WRITE_EVERY_MS = 5_000
/** That one was seen again is noted so often: a list has thousands of them. */
const SEEN_EVERY_MS = 6 * 3_600_000
/** How long a list counts that could not be read again. */
export const REQUESTS_KEPT_MS = 7 * 86_400_000

export class Requests {
  readonly #unwritten: Unwritten<MediaRequest>
  readonly #bySource = new Map<string, Map<string, MediaRequest>>()

  constructor(writer: MemoryWriter, requests: readonly MediaRequest[]) {
    this.#unwritten = writer.backlog(WRITE_EVERY_MS, async (db, {put, gone}) => {
      await putRequests(db, put)
      await deleteRequests(db, gone)
    })
    for (const request of requests) this.#of(request.source).set(request.id, request)
  }

  /** Those that a manager listed within a week. */
  of(source: string, now: EpochMs): readonly MediaRequest[] {
    const all = this.#bySource.get(source)?.values() ?? []
    return [...all].filter(({seenAt}) => seenAt > now - REQUESTS_KEPT_MS)
  }

  /**
   * What a manager lists now.
   * @param isWhole what is absent is not asked for any more; else it stays as it was
   */
  take(source: string, listed: readonly ListedRequest[], isWhole: boolean, now: EpochMs): void {
    const known = this.#of(source)
    const before = new Map(known)
    for (const one of listed) {
      const last = before.get(one.id)
      before.delete(one.id)
      const request = {...one, source, seenAt: now}
      const isFresh = last !== undefined && now >= last.seenAt && now - last.seenAt < SEEN_EVERY_MS
      if (isFresh && isSame(last, request)) continue
      known.set(one.id, request)
      this.#unwritten.put(nameOf(request), request)
    }
    if (isWhole) for (const request of before.values()) this.#remove(request)
  }

  /** Forgets what no manager listed since then. */
  expire(before: EpochMs): void {
    for (const requests of this.#bySource.values())
      for (const request of requests.values()) if (request.seenAt < before) this.#remove(request)
  }

  #remove(request: MediaRequest): void {
    this.#of(request.source).delete(request.id)
    this.#unwritten.remove(nameOf(request), request)
  }

  #of(source: string): Map<string, MediaRequest> {
    const known = this.#bySource.get(source) ?? new Map<string, MediaRequest>()
    this.#bySource.set(source, known)
    return known
  }
}

function nameOf({source, id}: Pick<MediaRequest, 'source' | 'id'>): string {
  return `${id} ${source}`
}

/** But for when it was seen. */
function isSame(one: MediaRequest, other: MediaRequest): boolean {
  return (
    compared.every((name) => one[name] === other[name]) &&
    (one.seasons.length + other.seasons.length === 0 ||
      JSON.stringify(one.seasons) === JSON.stringify(other.seasons))
  )
}

/** A list has thousands of requests, and is compared each time it is read. */
const compared = [
  'kind',
  'title',
  'tmdbId',
  'tvdbId',
  'imdbId',
  'arrPlace',
  'itemId',
  'requester',
  'is4k',
  'status',
  'requestedAt',
] as const satisfies readonly Exclude<keyof ListedRequest, 'id' | 'seasons'>[]
