/** Folders that an Arr keeps for itself, whatever lies there: its libraries, and the bin for what it deletes or replaces. */
import type {ArrPort} from './api/port.ts'

/** As it writes the paths. @throws {CommodarrError} */
export async function ownFolders(
  port: Pick<ArrPort, 'rootFolders' | 'mediaManagement'>,
): Promise<readonly string[]> {
  const folders = (await port.rootFolders()).map(({path}) => path)
  const {recycleBin} = await port.mediaManagement()
  return recycleBin === '' ? folders : [...folders, recycleBin]
}
