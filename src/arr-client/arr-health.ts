/**
 * What an Arr's own health checks forbid us for the time being, and of what. Their classes are stable, their texts are in
 * the language of its pages; the download client or the folder that one is about they name.
 * Source: Sonarr and Radarr.
 */
import type {ArrCheck, ArrHealthItem, CheckSubject} from '#model/arr.ts'
import {below} from './path-mapping.ts'

interface Suspension {
  /** No indexer answers: a search would only be counted. */
  readonly searches: boolean
  /** The Arr does not see its downloads, or its library: what it says of them proves nothing. */
  readonly destruction: boolean
}

const forSearches = new Set(['IndexerSearchCheck', 'IndexerStatusCheck'])
const ofClients = new Set(['RemotePathMappingCheck', 'DownloadClientStatusCheck', 'DownloadClientCheck'])
const ofLibrary = new Set(['RootFolderCheck', 'MountCheck'])

/**
 * What is not as it should be, each with what is held back meanwhile: a warning costs something, red means that it fails.
 * @param clients names of its download clients: who is named, is alone meant
 */
export function checksOf(
  items: readonly ArrHealthItem[],
  clients: readonly string[] = [],
): readonly ArrCheck[] {
  return items
    .filter(({level}) => level !== 'ok')
    .map((it) => {
      const about = subjectOf(it, clients)
      return {...it, holds: heldBy(it), ...(about && {about})}
    })
}

export function suspensionOf(items: readonly ArrHealthItem[]): Suspension {
  const held = new Set(items.map(heldBy))
  return {searches: held.has('searches'), destruction: held.has('removals')}
}

/** What a download is known by to a check; `undefined` = not known, so it may be meant. */
interface Concerned {
  readonly client: string | undefined
  /** Files of it in the library, as the Arr names them. */
  readonly files: readonly string[] | undefined
}

export function concerns({about}: Pick<ArrCheck, 'about'>, {client, files}: Concerned): boolean {
  if (!about) return true
  if ('clients' in about) return client === undefined || !about.others.includes(client)
  const {folders} = about
  if (folders.length === 0 || files === undefined) return true
  return files.some((file) => folders.some((folder) => below(folder, file) !== null))
}

function heldBy({level, source}: ArrHealthItem): ArrCheck['holds'] {
  if (level !== 'error') return null
  if (ofClients.has(source) || ofLibrary.has(source)) return 'removals'
  return forSearches.has(source) ? 'searches' : null
}

/** Names and paths are the same in every language. */
function subjectOf({source, message}: ArrHealthItem, clients: readonly string[]): CheckSubject | null {
  if (ofLibrary.has(source)) return {folders: foldersIn(message)}
  if (!ofClients.has(source)) return null
  const named = namedIn(message, clients)
  return named.length === 0 ? null : {clients: named, others: clients.filter((it) => !named.includes(it))}
}

/** The longest first: one name may be the beginning of another. */
function namedIn(message: string, names: readonly string[]): readonly string[] {
  let left = message
  const found: string[] = []
  for (const name of names.toSorted((one, other) => other.length - one.length)) {
    if (name === '' || !left.includes(name)) continue
    found.push(name)
    left = left.replaceAll(name, '\n')
  }
  return found
}

/** Each behind a colon or a bar: `Missing root folder: /movies`, `…: /movies | /films`. */
function foldersIn(message: string): readonly string[] {
  return [...message.matchAll(/(?:^|[:|,])\s*((?:\/|[A-Za-z]:\\|\\\\)[^|,]*)/g)].map(([, path]) =>
    path!.trim(),
  )
}
