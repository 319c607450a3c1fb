/** Asks an Arr for its download clients, under the same rules as a server of whoever asks. */
import {lookupWithin, objectionTo} from '#clients/outgoing.ts'
import type {ArrDownloadClients, ArrToAsk} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Reach} from '#model/server.ts'
import {readDownloadClients} from './download-clients.ts'
import type {OutgoingPolicy} from './http-client.ts'

export function askArr(arr: ArrToAsk, reach: Reach): Promise<ArrDownloadClients> {
  return readDownloadClients(arr, policyFor(reach))
}

/** Of an Arr that somebody added here: the library of 50,000 movies. */
const MOST_BYTES = 256 * 1024 * 1024

export function policyFor(reach: Reach): OutgoingPolicy {
  return {
    ...(reach !== 'anywhere' && {mostBytes: MOST_BYTES}),
    objectionTo: (url: string) => {
      const fault = objectionTo({url, httpProxy: null, reach})
      return fault && new CommodarrError('address_forbidden', fault.message)
    },
    lookup: lookupWithin(reach),
  }
}
