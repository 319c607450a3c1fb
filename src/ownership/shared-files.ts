/**
 * File by file: which of them another torrent has, too. Where both lie in a folder of many torrents, or one is a part of
 * the other, that they lie together says nothing.
 */
import {folderOfFiles, toOurs} from '#disk/path-mapping.ts'
import {folded, placeByText, wayBetween, type Place} from '#disk/places.ts'
import type {TorrentFile} from '#model/details.ts'
import type {PathMapping} from '#model/server.ts'
import type {Candidate} from './candidates.ts'
import type {Doubt, DoubtCode} from './doubts.ts'
import type {OwnContent, Owner, OwnershipDeps} from './ownership.ts'

interface SharedFilesDeps extends Pick<OwnershipDeps, 'disk' | 'files' | 'places'> {
  readonly isFresh: boolean
}

/** `null` = it has none of them. */
export async function sharedFilesOf(
  own: OwnContent,
  candidate: Candidate,
  parts: SharedFilesDeps,
): Promise<Owner | Doubt | null> {
  const {key, how} = candidate
  const doubt = (code: DoubtCode): Doubt => ({
    code,
    serverId: key.serverId,
    torrent: key,
    detail: candidate.contentPath,
  })
  if (how === 'spelled') return doubt('spelled')
  // The same torrent has the same files, whatever its server calls them.
  const isUnknown = how === 'perhaps' || how === 'unseen'
  const unknown = doubt(how === 'unseen' ? 'unseen' : 'unmapped')
  if (key.hash === own.key.hash) return isUnknown ? unknown : {key, files: 'all'}
  const mine = own.files ?? (await parts.files(own.key, parts.isFresh))
  const linked = await filesAt(own, mine, candidate.leadsTo, parts)
  if (how === 'linked' || linked === 'all') return {key, files: linked}
  const theirs = await parts.files(key, parts.isFresh)
  if (isUnknown) {
    if (linked.size > 0) return {key, files: linked}
    const isApart = mine !== null && theirs !== null && !haveOneAlike(mine, theirs)
    return isApart ? null : unknown
  }
  const all: Owner = {key, files: 'all'}
  if (mine === null || theirs === null) return how === 'same' ? all : doubt('unread')
  const from = await baseOf(own.contentPath, mine, own.disk.mappings, parts)
  const to = await baseOf(candidate.contentPath, theirs, parts.disk(key.serverId).mappings, parts)
  if (from === null || to === null) return all
  const way = to.ours && from.ours ? wayBetween(to.ours, from.ours) : wayBetween(to.byText, from.byText)
  if (way === null) return all
  const names = new Set(theirs.map(({path}) => foldedPath([...way.below, path])))
  const shared = mine.filter(({path}) => linked.has(path) || names.has(foldedPath([...way.above, path])))
  return shared.length === 0 ? null : {key, files: new Set(shared.map(({path}) => path))}
}

/** Those of its files that lie at, or in, one of these places. `all` = which of them can not be told. */
async function filesAt(
  own: OwnContent,
  mine: readonly TorrentFile[] | null,
  places: readonly Place[],
  parts: SharedFilesDeps,
): Promise<Owner['files']> {
  if (places.length === 0) return new Set()
  const base = mine && (await baseOf(own.contentPath, mine, own.disk.mappings, parts))
  const folder = base?.ours ?? null
  if (mine === null || folder === null) return 'all'
  const ways = places.map((place) => wayBetween(place, folder))
  const found = mine.filter(({path}) =>
    ways.some((way) => way !== null && isAtOrBelow(foldedPath([path]), foldedPath(way.below))),
  )
  return found.length === 0 ? 'all' : new Set(found.map(({path}) => path))
}

function isAtOrBelow(path: string, top: string): boolean {
  return top === '' || path === top || path.startsWith(`${top}/`)
}

/** Same name and size: whoever has one file in two folders calls it the same. */
function haveOneAlike(mine: readonly TorrentFile[], theirs: readonly TorrentFile[]): boolean {
  const known = new Set(mine.map(nameAndSize))
  return theirs.some((file) => known.has(nameAndSize(file)))
}

function nameAndSize({path, size}: TorrentFile): string {
  return `${folded(path.slice(path.lastIndexOf('/') + 1))} ${size}`
}

function foldedPath(parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .map(folded)
    .join('/')
}

/** The folder that the paths of its files begin in. `null` = its names do not tell. */
async function baseOf(
  contentPath: string,
  files: readonly TorrentFile[],
  mappings: readonly PathMapping[],
  {places, isFresh}: SharedFilesDeps,
): Promise<{readonly ours: Place | null; readonly byText: Place} | null> {
  const folder = folderOfFiles(contentPath, files)
  const byText = folder === null ? null : placeByText(`${folder}/`)
  if (folder === null || byText === null) return null
  const path = toOurs(`${folder}/`, mappings)
  const seen = path === null ? null : await places.of(path, isFresh)
  return {byText, ours: seen === null || 'unknown' in seen ? null : seen}
}
