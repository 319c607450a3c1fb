/** Asks simulated Arrs without a socket. */
import type {SimulatedArr} from '#lab/arrs/create.ts'
import {InsideDispatcher} from '#lab/arrs/inside.ts'
import type {Clock} from '#lib/clock.ts'
import {openArr} from './api/open.ts'
import {askingOver, type AskArr} from './ask-arr.ts'

const policy = {objectionTo: () => null, lookup: undefined}

/** @param arrAt the simulated Arr of an address */
export function askingInside(arrAt: (url: string) => SimulatedArr, clock: Clock): AskArr {
  return askingOver(({url, apiKey}, known) => {
    const dispatcher = new InsideDispatcher(arrAt(url))
    return openArr({url: 'http://arr', apiKey, skipVerify: false}, policy, {dispatcher, clock, known})
  }, clock)
}
