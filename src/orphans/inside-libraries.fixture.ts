/** The folders that simulated Arrs keep for themselves, asked without a socket. */
import type {ArrPort} from '#arr-client/api/port.ts'
import {openArr} from '#arr-client/api/open.ts'
import {itemFolders, ownFolders} from '#arr-client/path-mapping.ts'
import type {SimulatedArr} from '#lab/arrs/create.ts'
import {InsideDispatcher} from '#lab/arrs/inside.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrWay} from '#model/arr-service.ts'
import type {LibraryAsker} from './arr-libraries.ts'

const policy = {objectionTo: () => null, lookup: undefined}

/** @param arrAt the simulated Arr of an address */
export function insideLibraries(arrAt: (url: string) => SimulatedArr, clock: Clock): LibraryAsker {
  const asked = async <T>({url, apiKey}: ArrWay, work: (port: ArrPort) => Promise<T>): Promise<T> => {
    const dispatcher = new InsideDispatcher(arrAt(url))
    const port = await openArr({url: 'http://arr', apiKey, skipVerify: false}, policy, {dispatcher, clock})
    try {
      return await work(port)
    } finally {
      await port.close()
    }
  }
  return {ownFolders: (way) => asked(way, ownFolders), itemFolders: (way) => asked(way, itemFolders)}
}
