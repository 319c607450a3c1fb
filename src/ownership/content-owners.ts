/**
 * Which other torrents use bytes of a torrent: on its own server by path, on servers that may see the same disk by our
 * paths. Where a mapping is missing, an equal place, name or hash is reason enough to doubt; so is a server of which
 * nobody can say what it has. Source: rules.md §5 `content`; docs/decisions/007.
 */
import {mayShareDisk, overlap, sharesContent, toOurs, type Located} from '#disk/path-mapping.ts'
import type {LookUpDeps} from '#lookups/fact-resolvers.ts'
import {isUnknown, unknown, type FactResult} from '#lookups/fact-result.ts'
import type {Asker} from '#lookups/questions.ts'
import {notMapped} from '#lookups/torrent-paths.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {uncertainAmong} from './uncertain-neighbour.ts'

type OwnerDeps = Pick<LookUpDeps, 'fleet' | 'servers' | 'server' | 'disk'>

/**
 * In a turn of its own when this one is used up: a manager may ask for a thousand torrents at once.
 *
 * @throws the reason of the asker's signal when he does not want to know any more
 */
export async function ownersInTurn(
  key: TorrentKey,
  {signal}: Asker,
  parts: OwnerDeps & Pick<LookUpDeps, 'turns'>,
): Promise<FactResult<readonly TorrentKey[]>> {
  if (parts.turns.due()) await parts.turns.next()
  signal.throwIfAborted()
  return ownersOf(key, parts)
}

/** Except itself. No request, no disk: rows alone. */
export function ownersOf(key: TorrentKey, parts: OwnerDeps): FactResult<readonly TorrentKey[]> {
  const {fleet} = parts
  const torrent = fleet.get(key)
  if (!torrent) return unknown('missing', 'Its server does not tell of it any more.')
  if (!torrent.contentPath) {
    // A magnet without metadata has no data yet.
    if (!torrent.hasMetadata) return {value: []}
    return unknown('missing', 'Its server does not say where its data lies.')
  }
  const neighbours = serversOfItsDisk(key.serverId, parts)
  const uncertain = uncertainAmong(neighbours, parts.server)
  if (uncertain) return unknown('unreadable', 'A server that may see the same disk has not told all it has.')
  const owners = [...fleet.sharing(key, [])]
  const own: Own = {disk: parts.disk(key.serverId), contentPath: torrent.contentPath, hash: key.hash}
  for (const id of neighbours) {
    const theirs = ownersOn(id, own, parts)
    if (isUnknown(theirs)) return theirs
    owners.push(...theirs.value)
  }
  return {value: owners}
}

/**
 * The same for content whose torrent its server need not have any more: who else lies there now.
 *
 * @param own of this torrent itself nothing is said
 */
export function ownersAt(
  own: TorrentKey,
  contentPath: string,
  parts: OwnerDeps,
): FactResult<readonly TorrentKey[]> {
  const neighbours = serversOfItsDisk(own.serverId, parts)
  if (uncertainAmong([own.serverId, ...neighbours], parts.server))
    return unknown('unreadable', 'A server that may see the same disk has not told all it has.')
  const content: Own = {disk: parts.disk(own.serverId), contentPath, hash: own.hash}
  const owners: TorrentKey[] = []
  for (const id of [own.serverId, ...neighbours]) {
    const theirs = ownersOn(id, content, parts)
    if (isUnknown(theirs)) return theirs
    owners.push(...theirs.value.filter(({hash}) => id !== own.serverId || hash !== own.hash))
  }
  return {value: owners}
}

/** The content in question. */
type Own = Located & Pick<TorrentKey, 'hash'>

/** Others that may see the same disk, switched off or not. */
export function serversOfItsDisk(id: ServerId, {servers, disk}: OwnerDeps): readonly ServerId[] {
  const own = disk(id)
  return servers()
    .map((server: ServerView) => server.id)
    .filter((other) => other !== id && mayShareDisk(own, disk(other)))
}

function ownersOn(id: ServerId, own: Own, {fleet, disk}: OwnerDeps): FactResult<readonly TorrentKey[]> {
  const theirs = disk(id)
  const owners: TorrentKey[] = []
  for (const row of candidates(id, own, {fleet, disk})) {
    const key = fleet.keyAt(row)
    const contentPath = fleet.valueAt(row, 'contentPath') ?? ''
    // A magnet without metadata has no data yet; the same torrent may find its own in what is there.
    const isEmpty = contentPath === '' && !fleet.valueAt(row, 'hasMetadata')
    if (isEmpty && key.hash !== own.hash) continue
    const shares = sharesContent(own, {disk: theirs, contentPath, hash: key.hash})
    if (shares === 'unknown') return notMapped
    if (shares === 'yes') owners.push(key)
  }
  return {value: owners}
}

/**
 * Rows that are worth a comparison of paths: a hundred thousand are looked through in 8 ms, for folders are few, and of
 * most rows only the length of their last part is read.
 */
function* candidates(
  id: ServerId,
  own: Own,
  {fleet, disk}: Pick<OwnerDeps, 'fleet' | 'disk'>,
): Iterable<number> {
  const {contentPath: paths} = fleet.rows.columns
  const hasHash = fleet.get({serverId: id, hash: own.hash}) !== null
  const {mappings} = disk(id)
  const wanted = new Map<number, Wanted>()
  for (const row of fleet.rowsOf(id)) {
    const code = paths.folder.code(row)
    let leaves = wanted.get(code)
    if (leaves === undefined) {
      const folder = paths.folder.read(row)
      leaves = folder === undefined ? 'all' : leavesWanted(folder, own, mappings)
      wanted.set(code, leaves)
    }
    if (leaves === 'all' || leaves.some((leaf) => paths.leaf.holds(row, leaf))) yield row
    else if (hasHash && fleet.keyAt(row).hash === own.hash) yield row
  }
}

/** Last parts of paths of one folder that may be the content; `all` = each must be looked at. */
type Wanted = 'all' | readonly Buffer[]

function leavesWanted(folder: string, own: Own, mappings: readonly PathMapping[]): Wanted {
  const ours = toOurs(own.contentPath, own.disk.mappings)
  const there = toOurs(folder, mappings)
  // A mapping below the folder leads some of its content elsewhere.
  if ([folder, own.contentPath].some(isOdd) || mappings.some(({server}) => isBelow(server, folder)))
    return 'all'
  const [place, at] = ours !== null && there !== null ? [ours, there] : [own.contentPath, folder]
  const inside = restBelow(place, at)
  const name = lastPart(own.contentPath)
  if (inside === null) {
    if (overlap(place, at)) return 'all'
    // Mapped on both sides: another place is another file, whatever its name is.
    return ours !== null && there !== null ? [] : both(name)
  }
  return [...both(inside), ...(ours !== null && there !== null ? [] : both(name))]
}

/** As it is written, and with a closing separator. */
function both(leaf: string): Buffer[] {
  return [Buffer.from(leaf), Buffer.from(`${leaf}/`)]
}

/** The first part of `place` below `folder`; `null` = it does not lie below it. */
function restBelow(place: string, folder: string): string | null {
  const [parts, above] = [partsOf(place), partsOf(folder)]
  if (parts.length <= above.length) return null
  return above.every((part, i) => part === parts[i]) ? parts[above.length]! : null
}

function isBelow(place: string, folder: string): boolean {
  return restBelow(place, folder) !== null
}

function lastPart(path: string): string {
  return partsOf(path).at(-1) ?? ''
}

/** Windows writes one name in many ways; where a path climbs leads nobody knows where. */
function isOdd(path: string): boolean {
  return !path.startsWith('/') || path.split('/').includes('..')
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
