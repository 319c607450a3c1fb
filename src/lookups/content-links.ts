/**
 * Who holds the bytes of a torrent on our disk: names of its files are counted, those of other torrents subtracted.
 * Which torrents hold a name that is left over, only their files tell; few that may are asked, and with many it stays
 * unknown, never a guess. Source: scenarios S20 to S22.
 */
import {unseen, type Unseen} from '#disk/fs-errors.ts'
import {evaluateLinks, knownLinks, type FileLink, type LinkFacts, type LinksRead} from '#disk/hard-links.ts'
import type {FactResolvers, LookUpDeps} from './fact-resolvers.ts'
import {isUnknown, type Unknown} from './fact-result.ts'
import type {Asker, Read} from './questions.ts'
import {pathsOfFiles} from './torrent-paths.ts'
import type {ContentUse} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'

/** Other torrents whose files are read for one: each costs its server a request, the first time. */
export const MOST_READ = 20

export async function linkFactsOf(
  key: TorrentKey,
  asker: Asker,
  parts: LookUpDeps,
  looks: FactResolvers,
): Promise<Read<LinkFacts>> {
  const read = await namesOf(key, asker, parts, looks)
  if (isUnknown(read)) return read
  const {own, others, doubts} = read.value
  const known = knownLinks([...others.map(({links}) => links), ...doubts])
  return {...read, value: evaluateLinks(own, known)}
}

/** Which other names the bytes of a torrent have, and which torrents have some of them. */
export async function contentUseOf(
  key: TorrentKey,
  asker: Asker,
  parts: LookUpDeps,
  looks: FactResolvers,
): Promise<Read<ContentUse>> {
  const read = await namesOf(key, asker, parts, looks)
  if (isUnknown(read)) return read
  const {own, others, doubts} = read.value
  const {linksOutside} = evaluateLinks(own, knownLinks([...others.map(({links}) => links), ...doubts]))
  const nodes = new Map(own.links.map((link) => [link.node, link]))
  const all = [...nodes.values()]
  return {
    ...read,
    value: {
      files: nodes.size,
      bytes: all.reduce((sum, {bytes}) => sum + bytes, 0),
      names: all.reduce((sum, {count}) => sum + count, 0),
      outside: typeof linksOutside === 'number' ? linksOutside : null,
      holders: others.flatMap(({key: other, links}) =>
        !('unknown' in links) && links.links.some(({node}) => nodes.has(node)) ? [other] : [],
      ),
    },
  }
}

/** Names of the bytes of a torrent: its own, and those of others that may have some. */
interface NamesRead {
  readonly own: LinksRead
  readonly others: readonly {readonly key: TorrentKey; readonly links: LinksRead | Unseen}[]
  /** Why there may be others still. */
  readonly doubts: readonly Unseen[]
}

async function namesOf(
  key: TorrentKey,
  asker: Asker,
  parts: LookUpDeps,
  looks: FactResolvers,
): Promise<Read<NamesRead>> {
  const own = await linksOf(key, asker, parts, looks)
  if (isUnknown(own)) return own
  const {owners, doubts: why} = (await parts.ownership.look([key], asker.fresh)).get(keyText(key))!
  const others = owners.map((it) => it.key)
  const doubts = why.length > 0 ? [inDoubt] : []
  const read = await readAll(others, asker, parts, looks)
  const known = knownLinks((read ?? []).map(({links}) => links))
  const open = own.value.links.filter((link) => isLeftOver(link, own.value, known.byNode))
  const more = open.length === 0 ? [] : holdersOfSizes(key, open, others, parts)
  const further = more && (await readAll(more, asker, parts, looks))
  return {
    ...own,
    value: {
      own: own.value,
      others: [...(read ?? []), ...(further ?? [])],
      doubts: [...doubts, ...(read === null || further === null ? [tooMany] : [])],
    },
  }
}

async function linksOf(
  key: TorrentKey,
  asker: Asker,
  {fleet, disk}: LookUpDeps,
  looks: FactResolvers,
  freshFiles = asker.fresh,
): Promise<Read<LinksRead>> {
  // The lists of others change rarely, and their servers are asked for nothing but to be sure; disks are read again.
  const files = await looks.files(key, {...asker, fresh: freshFiles})
  if (isUnknown(files)) return files
  const torrent = fleet.get(key)
  const paths = pathsOfFiles(
    torrent ?? {contentPath: undefined},
    files.value,
    files.value,
    disk(key.serverId).mappings,
  )
  if (isUnknown(paths)) return {...paths, at: files.at, keptMs: files.keptMs}
  return looks.links(key, paths.value, asker)
}

/** @returns `null` = too many to be read */
async function readAll(
  keys: readonly TorrentKey[],
  asker: Asker,
  parts: LookUpDeps,
  looks: FactResolvers,
): Promise<NamesRead['others'] | null> {
  if (keys.length > MOST_READ) return null
  return Promise.all(
    keys.map(async (key) => {
      const one = await linksOf(key, asker, parts, looks, false)
      return {key, links: isUnknown(one) ? doubt(one) : one.value}
    }),
  )
}

/** Of another torrent: only a disk can say that it holds nothing. */
function doubt({unknown, detail}: Unknown): Unseen {
  return unseen(unknown === 'missing' ? 'missing' : 'unreadable', detail)
}

const inDoubt = unseen('unreadable', 'It is unknown which other torrents use its data.')
const tooMany = unseen('unreadable', `More than ${MOST_READ} other torrents may hold these bytes.`)

/** Its bytes have names that neither it nor a torrent we know of holds. */
function isLeftOver(
  {node, count}: FileLink,
  own: LinksRead,
  others: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const names = new Set(others.get(node))
  for (const link of own.links) if (link.node === node) names.add(link.link)
  return names.size < count
}

/** Torrents of the same disk that are large enough to hold one of these; `null` = too many to read. */
function holdersOfSizes(
  key: TorrentKey,
  open: readonly FileLink[],
  read: readonly TorrentKey[],
  parts: LookUpDeps,
): readonly TorrentKey[] | null {
  const {fleet} = parts
  const least: Bytes = Math.min(...open.map(({bytes}) => bytes))
  const known = new Set([key, ...read].map(keyText))
  const holders: TorrentKey[] = []
  for (const {id} of parts.ownership.serversAround(key.serverId)) {
    for (const row of fleet.rowsOf(id)) {
      // Of a magnet nothing is known, and it has no files yet.
      const size = fleet.valueAt(row, 'sizeTotal') ?? Number.POSITIVE_INFINITY
      if (size < least || !fleet.valueAt(row, 'hasMetadata')) continue
      const holder = fleet.keyAt(row)
      if (known.has(keyText(holder))) continue
      if (holders.length === MOST_READ) return null
      holders.push(holder)
    }
  }
  return holders
}
