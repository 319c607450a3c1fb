/**
 * Asks an Arr on the main thread, each time over a connection of its own, but with what is known of who answers there,
 * under the same rules as a server of whoever asks. Managers keep theirs, in their own thread: docs/decisions/058.
 */
import {lookupWithin, objectionTo} from '#clients/outgoing.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ArrStatus} from '#model/arr.ts'
import type {ArrWay} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Reach} from '#model/server.ts'
import {openArr} from './api/open.ts'
import type {ArrPort} from './api/port.ts'
import {arrUrl, type OutgoingPolicy} from './api/http-client.ts'

/**
 * The connection is closed behind what is asked.
 * @param asks `whoItIs` = about the Arr itself, so that it is looked at afresh which one answers at this address; else
 * that is known for some minutes, and what is asked is asked at once
 * @throws {CommodarrError} whatever ails the Arr; a forbidden address
 */
export type AskArr = <T>(way: ArrWay, ask: (port: ArrPort) => Promise<T>, asks?: 'whoItIs') => Promise<T>

/**
 * Who answers at an address is asked with two requests: as much as what is asked most. Only its app and version are
 * known meanwhile, never its items; a question that fails, as to another app in its place, ends that.
 */
const KNOWN_MS = 10 * 60_000
const MOST_KNOWN = 1_000

/**
 * @param open a connection that is for one question, or several that belong together; `known` = who answered there before
 */
export function askingOver(
  open: (way: ArrWay, known: ArrStatus | null) => Promise<ArrPort>,
  clock: Pick<Clock, 'monotonic'>,
): AskArr {
  const known = new Map<string, {readonly status: ArrStatus; readonly at: number}>()
  return async (way, ask, asks) => {
    // What one key is let in to says nothing of another one.
    const place = JSON.stringify([way.url, way.apiKey.reveal(), way.skipVerify])
    const last = asks === undefined ? known.get(place) : undefined
    const isFresh = last !== undefined && clock.monotonic() - last.at < KNOWN_MS
    const port = await open(way, isFresh ? last.status : null)
    if (!isFresh) {
      known.delete(place)
      known.set(place, {status: port.status, at: clock.monotonic()})
      const [oldest] = known.keys()
      if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest)
    }
    try {
      return await ask(port)
    } catch (error) {
      // Something else may stand there by now.
      known.delete(place)
      throw error
    } finally {
      await port.close()
    }
  }
}

/** @param turns others have theirs while a library is read */
export function askingOverNetwork(
  turns: Pick<TimeSlice, 'due' | 'next'>,
  clock: Pick<Clock, 'monotonic'>,
): AskArr {
  return askingOver(
    ({url, apiKey, skipVerify, reach}, known) =>
      openArr({url, apiKey, skipVerify}, mainThreadPolicyFor(url, reach), {turns, known}),
    clock,
  )
}

/** Of an Arr that somebody added here: the library of 50,000 movies. */
const MOST_BYTES = 256 * 1024 * 1024
/** And in its queue: of ten such Arrs as many rows as a member has torrents, twice. */
const MOST_ROWS = 10_000

/** Of the libraries of one Arr that are kept: 190 bytes each, of an Arr that somebody added here as many as 10 MB hold. */
export function mostLibraryRows({range}: Reach): number {
  return range === 'anywhere' ? 500_000 : 60_000
}

/** @param url of the Arr: its client goes there alone. @throws {BadArgument} for what is no address */
export function policyFor(url: string, reach: Reach): OutgoingPolicy {
  return {
    ...(reach.range !== 'anywhere' && {mostBytes: MOST_BYTES, mostRows: MOST_ROWS}),
    objectionTo: (written: string) => {
      const fault = objectionTo({url: written, httpProxy: null, reach})
      return fault && new CommodarrError('address_forbidden', fault.message)
    },
    lookup: lookupWithin(reach, new URL(arrUrl(url))),
  }
}

/** Of an answer that is parsed in one go: 8 MiB would hold everybody up for 0.1 s. */
const MOST_WHOLE_BYTES = 4 * 1024 * 1024

/** The same for who asks on the main thread: managers have threads of their own. */
export function mainThreadPolicyFor(url: string, reach: Reach): OutgoingPolicy {
  return {...policyFor(url, reach), ...(reach.range !== 'anywhere' && {mostWholeBytes: MOST_WHOLE_BYTES})}
}
