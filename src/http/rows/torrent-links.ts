/** Who uses the bytes of a torrent, and what its removal would free. */
import type {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {ContentUse, LibraryUse} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {sharedHow, TorrentLinksSchema} from '../schemas/torrent-links.ts'
import type {AskedLibrary, Scope} from '../scope/scope.ts'
import {inTime, removalFigures} from './removal-figures.ts'

type TorrentLinks = z.output<typeof TorrentLinksSchema>

/** A disk, or an Arr, that takes longer is not waited for: then it is not known. */
const LOOKS_MS = 5_000

interface LinksDeps {
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly clock: Pick<Clock, 'after'>
}

export async function torrentLinks(key: TorrentKey, scope: Scope, deps: LinksDeps): Promise<TorrentLinks> {
  const arrs = scope.librariesOn(key.serverId)
  const [removal, owners, uses, libraries] = await Promise.all([
    scope.access.may('control', key.serverId) ? removalFigures([key], scope, deps) : null,
    scope.contentOwners([key]),
    inTime(new Map([['', () => scope.contentUse(key)]]), LOOKS_MS, deps.clock),
    inTime(
      new Map(arrs.map(({id}) => [id as string, () => scope.libraryUse(key, id)])),
      LOOKS_MS,
      deps.clock,
    ),
  ])
  const use = uses.get('') ?? {detail: 'The disk did not answer in time.'}
  const content = 'detail' in use ? null : use
  const its = owners.get(keyText(key))
  return {
    content: content && wireContent(content),
    content_unknown: 'detail' in use ? use.detail : null,
    torrents: othersOf(key, its?.seen ?? [], content?.holders ?? [], scope),
    torrents_hidden: (its?.hidden ?? false) || (content?.hidden ?? false),
    library: arrs.map((arr) => wireLibrary(arr, libraries.get(arr.id) ?? null)),
    removal,
  }
}

function wireContent({files, bytes, names, outside}: ContentUse) {
  return {files, bytes, names, outside}
}

/** Each once, those first that lose most. */
function othersOf(
  key: TorrentKey,
  owners: readonly TorrentKey[],
  holders: readonly TorrentKey[],
  scope: Scope,
): TorrentLinks['torrents'] {
  const found = new Map<string, TorrentLinks['torrents'][number]>()
  const add = (others: readonly TorrentKey[], how: (typeof sharedHow)[number]) => {
    for (const other of others) {
      const name = keyText(other)
      const torrent = scope.fleet.get(other)
      if (name === keyText(key) || found.has(name) || torrent === null) continue
      found.set(name, {
        server_id: other.serverId,
        server_name: scope.servers.get(other.serverId)?.name ?? other.serverId,
        info_hash: other.hash,
        name: torrent.name,
        how,
        ...(torrent.ratio !== undefined && {ratio: torrent.ratio}),
        ...(torrent.trackerHost !== undefined && {tracker_host: torrent.trackerHost}),
      })
    }
  }
  add(owners, 'same_files')
  add(holders, 'hard_links')
  add(scope.fleet.holders(key.hash), 'copy')
  return [...found.values()]
}

/** What lies in a library that he may not see has no path. */
function wireLibrary({id, name}: AskedLibrary, use: LibraryUse | null): TorrentLinks['library'][number] {
  const of = {arr_id: name === null ? null : (id as string), arr_name: name, known: use !== null}
  if (use === null) return {...of, inside: 0, files: [], count: 0}
  return {...of, inside: use.inside, files: name === null ? [] : [...use.files], count: use.count}
}
