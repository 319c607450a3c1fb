/**
 * What belongs to Arrs, by our paths: nothing there is an orphan. Their libraries, what they put into their recycle
 * bins, and what they still have to import, also of downloads that are no torrents. One that is switched off keeps its
 * library until it is deleted; one that can not be asked may keep it anywhere.
 */
import {toOurs} from '#disk/path-mapping.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrWay} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import type {Libraries} from './survey.ts'

export interface LibraryDeps {
  readonly arrs: Pick<ArrDirectory, 'cards' | 'former' | 'reachOf' | 'unread'>
  /** Its libraries and its recycle bin, as the Arr writes the paths. @throws {CommodarrError} */
  readonly ownFolders: (way: ArrWay) => Promise<readonly string[]>
  /** Where what an Arr that is on waits for lies, as it writes the paths; `null` = nobody knows yet. */
  readonly awaited: (id: ArrId) => readonly string[] | null
  /** Of all servers: an Arr mostly sees what one of them sees. */
  readonly mappings: () => readonly PathMapping[]
}

export async function arrLibraries({arrs, ownFolders, awaited, mappings}: LibraryDeps): Promise<Libraries> {
  const paths = new Set<string>()
  const [unread] = arrs.unread()
  if (unread)
    return {
      why: `The settings of the Arr ${unread.id} cannot be read, so it is unknown where it keeps its library. An administrator can remove it through the API.`,
    }
  for (const card of arrs.cards()) {
    const config = arrs.former(card.id)?.config
    const [url, apiKey] = [config?.URI ?? null, config?.APIKey ?? null]
    if (!config || url === null || apiKey === null)
      return {why: `The address or the key of ${card.name} is missing, or cannot be read.`}
    try {
      const way = {url, apiKey, skipVerify: config.SkipTLSVerify, reach: arrs.reachOf(card)}
      const waiting = card.enabled ? awaited(card.id) : []
      if (waiting === null) return {why: `${card.name} has not reported yet what it waits for.`}
      for (const folder of [...(await ownFolders(way)), ...waiting]) {
        // Without containers it sees what we see.
        paths.add(folder)
        for (const mapping of mappings()) {
          const ours = toOurs(folder, [mapping])
          if (ours !== null) paths.add(ours)
        }
      }
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {
        why: `${card.name} does not say where it keeps its library and its recycle bin: ${error.message}`,
      }
    }
  }
  return {paths: [...paths]}
}
