/**
 * Asks an Arr on the main thread, each time over a connection of its own, under the same rules as a server of whoever
 * asks. Managers keep theirs, in their own thread: docs/decisions/058.
 */
import {lookupWithin, objectionTo} from '#clients/outgoing.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ArrWay} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Reach} from '#model/server.ts'
import {openArr} from './api/open.ts'
import type {ArrPort} from './api/port.ts'
import {arrUrl, type OutgoingPolicy} from './api/http-client.ts'

/** The connection is closed behind what is asked. @throws {CommodarrError} whatever ails the Arr; a forbidden address */
export type AskArr = <T>(way: ArrWay, ask: (port: ArrPort) => Promise<T>) => Promise<T>

/** @param open a connection that is for one question, or several that belong together */
export function askingOver(open: (way: ArrWay) => Promise<ArrPort>): AskArr {
  return async (way, ask) => {
    const port = await open(way)
    try {
      return await ask(port)
    } finally {
      await port.close()
    }
  }
}

/** @param turns others have theirs while a library is read */
export function askingOverNetwork(turns: Pick<TimeSlice, 'due' | 'next'>): AskArr {
  return askingOver(({url, apiKey, skipVerify, reach}) =>
    openArr({url, apiKey, skipVerify}, mainThreadPolicyFor(url, reach), {turns}),
  )
}

/** Of an Arr that somebody added here: the library of 50,000 movies. */
const MOST_BYTES = 256 * 1024 * 1024
/** And in its queue: of ten such Arrs as many rows as a member has torrents, twice. */
const MOST_ROWS = 10_000

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
