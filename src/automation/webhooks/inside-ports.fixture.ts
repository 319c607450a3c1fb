/** Connections to simulated Arrs without a socket. */
import {openArr} from '#arr-client/api/open.ts'
import type {SimulatedArr} from '#lab/arrs/create.ts'
import {InsideDispatcher} from '#lab/arrs/inside.ts'
import type {Clock} from '#lib/clock.ts'
import type {OpenPort} from './webhook-asker.ts'

const policy = {objectionTo: () => null, lookup: undefined}

/** @param arrAt the simulated Arr of an address */
export function insidePorts(arrAt: (url: string) => SimulatedArr, clock: Clock): OpenPort {
  return ({url, apiKey}) => {
    const dispatcher = new InsideDispatcher(arrAt(url))
    return openArr({url: 'http://arr', apiKey, skipVerify: false}, policy, {dispatcher, clock})
  }
}
