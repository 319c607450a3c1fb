/** The folders that simulated Arrs keep for themselves, asked without a socket. */
import {openArr} from '#arr-client/api/open.ts'
import {ownFolders} from '#arr-client/path-mapping.ts'
import type {SimulatedArr} from '#lab/arrs/create.ts'
import {InsideDispatcher} from '#lab/arrs/inside.ts'
import type {Clock} from '#lib/clock.ts'
import type {LibraryDeps} from './arr-libraries.ts'

const policy = {objectionTo: () => null, lookup: undefined}

/** @param arrAt the simulated Arr of an address */
export function insideOwnFolders(
  arrAt: (url: string) => SimulatedArr,
  clock: Clock,
): LibraryDeps['ownFolders'] {
  return async ({url, apiKey}) => {
    const dispatcher = new InsideDispatcher(arrAt(url))
    const port = await openArr({url: 'http://arr', apiKey, skipVerify: false}, policy, {dispatcher, clock})
    try {
      return await ownFolders(port)
    } finally {
      await port.close()
    }
  }
}
