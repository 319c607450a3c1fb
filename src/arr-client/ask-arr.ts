/** Asks an Arr for its download clients, under the same rules as a server of whoever asks. */
import {lookupWithin, objectionTo} from '#clients/outgoing.ts'
import type {ArrDownloadClients, ArrToAsk} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Reach} from '#model/server.ts'
import {readDownloadClients} from './download-clients.ts'
import {arrUrl, type OutgoingPolicy} from './http-client.ts'

export async function askArr(arr: ArrToAsk, reach: Reach): Promise<ArrDownloadClients> {
  return readDownloadClients(arr, mainThreadPolicyFor(arr.url, reach))
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
