/**
 * The settings of an Arr beside what is configured here: its section's category, our servers, our other Arrs. Only what
 * is certain is told: a client that may be one of ours under another name, an Arr that did not answer and a folder that
 * nobody can compare are no findings. Pure.
 * Source: Sonarr and Radarr.
 */
import {clientKinds} from '#clients/kinds/kinds.ts'
import {
  isWindows,
  type ArrClientSettings,
  type DownloadId,
  type QueueRow,
  type RejectClass,
  type RemotePathMapping,
} from '#model/arr.ts'
import type {ClientPlace, OtherArr, PassageCategory, PlacedServer} from '#model/arr-service.ts'
import type {PathMapping} from '#model/server.ts'
import {categoryKey} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {ArrSetup} from './discover.ts'
import {finding, type ArrFix, type DoctorFinding} from './doctor-finding.ts'
import {below} from './path-mapping.ts'
import {classesOfRow, emptyPathIn, sentencesOf} from './reject-class.ts'

export interface Beside {
  /** Of its torrents, as its section says. */
  readonly category: string
  readonly others: readonly OtherArr[]
  /** Categories for failures and checks. */
  readonly passages: readonly PassageCategory[]
  readonly placeOf: (client: ArrClientSettings) => ClientPlace
  /** It and we see the same file system, so that both call a folder by the same path. */
  readonly sharesFiles: boolean
  /** Where a server has a download whose data is complete, as that server writes it; `null` = nobody knows. */
  readonly contentOf: (server: ServerId, download: DownloadId) => string | null
  /** By mappings of ours; `null` = none holds it. */
  readonly oursOf: (path: string, paths: readonly PathMapping[]) => string | null
}

interface Placed {
  readonly client: ArrClientSettings
  readonly place: ClientPlace
}

export function besideFindings(setup: ArrSetup, beside: Beside): DoctorFinding[] {
  const {clients, mappings} = setup
  const all = clients
    .filter(({enabled}) => enabled)
    .map((client): Placed => ({client, place: beside.placeOf(client)}))
  return all.flatMap((one) => [
    ...serverFindings(one),
    ...categoryFindings(one, all, beside),
    ...passageFindings(one, beside),
    ...sharedFindings(one, beside),
    ...mappingFindings(one, all, {mappings, beside}),
    ...importPathFindings(one, setup, beside),
  ])
}

function serverFindings({client, place}: Placed): DoctorFinding[] {
  const {kind, implementation, name} = client
  if (place.server !== 'absent') return []
  const sentence =
    kind === null
      ? `It sends torrents to ${implementation}, which Commodarr does not support. They are not managed.`
      : `It sends torrents to ${implementation} at ${place.url ?? 'an address that cannot be read'}, which is none of the servers here that you can see. Its torrents are not managed.`
  return [finding('server_not_here', 'warning', sentence, {about: name})]
}

/** Without a category it is told by the doctor; one below ours may be ours (`MatchSubcategories`). */
function categoryFindings({client, place}: Placed, all: readonly Placed[], beside: Beside): DoctorFinding[] {
  const {category: ours, others} = beside
  const {category, importedCategory, name, kind} = client
  const found: DoctorFinding[] = []
  const after = ownerOf(importedCategory, others)
  if (after && importedCategory !== category) {
    const sentence = `It moves what is imported to ${importedCategory}, which is the category of ${after.name} here.`
    found.push(finding('category_of_another', 'error', sentence, {about: name}))
  }
  if (kind === null || ours === '' || category === '' || isOurs(client, ours)) return found
  const fix = fixOf(client, all, beside)
  const owner = ownerOf(category, others)
  if (owner) {
    const sentence = `It puts torrents into ${category}, which is the category of ${owner.name} here; expected: ${ours}. Each treats the torrents of the other as its own.`
    return [...found, finding('category_of_another', 'error', sentence, {about: name, fix})]
  }
  const hasOurs = all.some((it) => isSameServer(it.place, place) && isOurs(it.client, ours))
  const sentence = `It puts torrents into ${category}; here its category is ${ours}. Torrents that its queue or its history names are managed there as well; other torrents there are not.`
  return [
    ...found,
    finding('category_not_ours', hasOurs ? 'notice' : 'warning', sentence, {about: name, fix}),
  ]
}

/** Torrents there would count as moved by a person. Rules about it do nothing while it is so. */
function passageFindings({client}: Placed, {passages}: Beside): DoctorFinding[] {
  const {category: grabbed, importedCategory, name} = client
  const uses = [
    {category: grabbed, how: 'It puts torrents into'},
    {category: importedCategory, how: 'It moves what is imported to'},
  ]
  return uses.flatMap(({category, how}) =>
    passages
      .filter((passage) => category !== '' && categoryKey(passage.category) === categoryKey(category))
      .map((passage) => {
        const sentence = `${how} ${category}, which is ${passage.name} here. Until they differ, nothing in that category is treated as moved by a person.`
        return finding('category_of_another', 'error', sentence, {about: name})
      }),
  )
}

function isOurs({category, kind}: ArrClientSettings, ours: string): boolean {
  const {areLowerCase} = kind === null ? {} : clientKinds[kind].categories
  if (areLowerCase && category.toLowerCase() === ours.toLowerCase()) return true
  return category === ours || category.startsWith(`${ours}/`)
}

function ownerOf(category: string, others: readonly OtherArr[]): OtherArr | null {
  return category === '' ? null : (others.find((it) => it.category === category) ?? null)
}

/** `null` = our category is somebody's already there, so which one is to change is for people to say. */
function fixOf({id, name, importedCategory}: ArrClientSettings, all: readonly Placed[], beside: Beside) {
  const {category, others} = beside
  const isTaken =
    importedCategory === category ||
    all.some(({client}) => client.id !== id && client.category === category) ||
    others.some(
      (it) => it.category === category || usesOf(it).some(({categories}) => categories.includes(category)),
    )
  return isTaken ? null : ({what: 'client', id, name, change: {category}} satisfies ArrFix)
}

/** Another Arr puts its own there, too. */
function sharedFindings({client, place}: Placed, {category, others}: Beside): DoctorFinding[] {
  if (category === '' || client.category !== category) return []
  return others
    .filter((other) =>
      usesOf(other).some((it) => isSameServer(it.place, place) && it.categories.includes(category)),
    )
    .map(({name}) =>
      finding(
        'category_shared',
        'error',
        `${name} uses the category ${category} on this server as well. Each takes torrents of the other for its own.`,
        {about: client.name},
      ),
    )
}

function usesOf({clients}: OtherArr): NonNullable<OtherArr['clients']> {
  return clients ?? []
}

function isSameServer(one: ClientPlace, other: ClientPlace): boolean {
  return isPlaced(one.server) && isPlaced(other.server) && one.server.id === other.server.id
}

/** Mappings are by host alone: of two servers on one it cannot be told whose folder is meant. */
function mappingFindings(
  {client, place: {server}}: Placed,
  all: readonly Placed[],
  {mappings, beside}: {readonly mappings: readonly RemotePathMapping[]; readonly beside: Beside},
): DoctorFinding[] {
  const isThere = ({host}: {readonly host: string}) => host.toLowerCase() === client.host.toLowerCase()
  if (!isPlaced(server) || all.some((it) => it.client !== client && isThere(it.client))) return []
  return mappings.filter(isThere).flatMap((mapping) => {
    const sentence = contradiction(mapping, server, beside)
    return sentence === null
      ? []
      : [finding('mapping_contradicts', 'warning', sentence, {about: mapping.remotePath})]
  })
}

/** Once for each mapping, or folder without one: all downloads there fail alike. */
function importPathFindings(
  {client, place: {server}}: Placed,
  setup: Pick<ArrSetup, 'queue' | 'mappings' | 'status'>,
  {contentOf}: Beside,
): DoctorFinding[] {
  if (!isPlaced(server)) return []
  const rows = setup.queue.filter((row) => row.client === client.name)
  const found = new Map<string, DoctorFinding>()
  for (const row of rows) {
    const content = row.downloadId && contentOf(server.id, row.downloadId)
    const looked = sentencesOf(row)
      .map(emptyPathIn)
      .find((path) => path !== null)
    // Where it looks by the very path of the server the content may be to blame.
    if (!content || !looked || isSamePlace(content, looked)) continue
    const mapping = setup.mappings.find(
      ({host, remotePath}) =>
        host.toLowerCase() === client.host.toLowerCase() && below(remotePath, content) !== null,
    )
    const isRight = (other: QueueRow) =>
      mapping !== undefined && below(mapping.localPath, other.outputPath) !== null && hasReadFiles(other)
    if (rows.some(isRight)) continue
    const arr = setup.status.name || setup.status.app
    const way = mapping
      ? `Its remote path mapping for ${mapping.host} turns ${mapping.remotePath} into ${mapping.localPath}: set the local path to the folder where ${arr} sees ${mapping.remotePath} of ${server.name}.`
      : `No remote path mapping for ${client.host} holds that path: add one that turns the folder of ${server.name} into the folder where ${arr} sees it.`
    const sentence = `${arr} finds no files of ${row.title} in ${looked}; ${server.name} has it at ${content}. ${way}`
    const about = mapping?.remotePath ?? looked
    found.set(about, finding('import_path_wrong', 'error', sentence, {about}))
  }
  return [...found.values()]
}

function isSamePlace(one: string, other: string): boolean {
  return below(one, other) !== null || below(other, one) !== null
}

/** What its messages say is of files that it opened, or it has taken them. */
function hasReadFiles(row: QueueRow): boolean {
  return (
    row.state === 'importing' ||
    row.state === 'imported' ||
    classesOfRow(row).some((it) => ofReadFiles.has(it))
  )
}

const ofReadFiles: ReadonlySet<RejectClass> = new Set<RejectClass>([
  'already_imported',
  'archive',
  'dangerous',
  'music_match',
  'no_audio',
  'not_upgrade',
  'sample',
  'sample_unknown',
  'unexpected_item',
  'unsupported_content',
])

function contradiction(
  {remotePath, localPath}: RemotePathMapping,
  {name, paths}: PlacedServer,
  {sharesFiles, oursOf}: Beside,
): string | null {
  const [first] = paths
  if (first === undefined) return null
  const windows = isWindows(remotePath)
  if (
    isAbsolute(remotePath) &&
    paths.every((it) => isAbsolute(it.server) && isWindows(it.server) !== windows)
  ) {
    return `Its mapping says that ${name} writes paths such as ${remotePath}; the mapping here says ${first.server}. A server writes one of the two.`
  }
  const ours = sharesFiles ? oursOf(remotePath, paths) : null
  if (ours === null || below(ours, localPath) === '') return null
  return `It finds ${remotePath} of ${name} at ${localPath}; here it is mapped to ${ours}. Unless both are one folder, one of the two looks in the wrong place.`
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || isWindows(path)
}

function isPlaced(server: ClientPlace['server']): server is PlacedServer {
  return typeof server === 'object'
}
