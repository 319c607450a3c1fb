/**
 * Where Arrs keep their libraries, by our paths: nothing there is an orphan. One that is switched off keeps its library
 * until it is deleted; one that can not be asked may keep it anywhere.
 */
import type {ArrDirectory} from '#arr-book/directory.ts'
import {toOurs} from '#disk/path-mapping.ts'
import type {ArrWay} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {Libraries} from './survey.ts'

export interface LibraryParts {
  readonly arrs: Pick<ArrDirectory, 'cards' | 'former' | 'reachOf'>
  /** Paths as the Arr writes them. @throws {CommodarrError} */
  readonly rootFolders: (way: ArrWay) => Promise<readonly string[]>
  /** Of all servers: an Arr mostly sees what one of them sees. */
  readonly mappings: () => readonly PathMapping[]
}

export async function arrLibraries({arrs, rootFolders, mappings}: LibraryParts): Promise<Libraries> {
  const paths = new Set<string>()
  for (const card of arrs.cards()) {
    const config = arrs.former(card.id)?.config
    const [url, apiKey] = [config?.URI ?? null, config?.APIKey ?? null]
    if (!config || url === null || apiKey === null)
      return {why: `The address or the key of ${card.name} is missing, or can not be read.`}
    try {
      const way = {url, apiKey, skipVerify: config.SkipTLSVerify, reach: arrs.reachOf(card)}
      for (const folder of await rootFolders(way)) {
        // Without containers it sees what we see.
        paths.add(folder)
        for (const mapping of mappings()) {
          const ours = toOurs(folder, [mapping])
          if (ours !== null) paths.add(ours)
        }
      }
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {why: `${card.name} does not say where it keeps its library: ${error.message}`}
    }
  }
  return {paths: [...paths]}
}
