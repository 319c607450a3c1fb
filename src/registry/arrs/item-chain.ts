/** Puts the chain of one item together from what is known of its Arr, its torrents and our searches. Pure. */
import {
  isStuck,
  mediaKinds,
  type MediaRef,
  type HistoryRow,
  type LibraryItem,
  type QueueRow,
} from '#model/arr.ts'
import type {Asked, ChainLink, GrabbedRelease, ItemChain, ItemOfArr, LinkAnswer} from '#model/item-chain.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {TorrentState} from '#model/torrent.ts'
import type {EpochMs} from '#model/units.ts'
import type {Phrase} from '#model/verdict.ts'
import {phrase, text, valueAs} from '#rules/verdict-phrases.ts'

/** The torrent of a download of this item, on a server that whoever asks sees. */
export interface ItemTorrent {
  readonly key: TorrentKey
  readonly server: string
  /** Since when its server does not answer; `null` = it does. */
  readonly awaySince: EpochMs | null
  readonly state: TorrentState
  /** 0 to 1; `null` = not known. */
  readonly progress: number | null
  readonly complete: boolean
  /** What its server reports of it; '' = nothing. */
  readonly message: string
}

export interface ChainWorld {
  readonly arr: string
  readonly known: ItemOfArr
  /** By the id of the download, in upper case. */
  readonly torrents: ReadonlyMap<string, readonly ItemTorrent[]>
  /** When somebody asked the Arr through us to search for it last; `null` = no such search is known. */
  readonly searchedByUs: EpochMs | null
  readonly now: EpochMs
}

type Verdict = Pick<ItemChain, 'kind' | 'says' | 'follows'>

const MOST_RELEASES = 10

export function itemChain(world: ChainWorld): ItemChain {
  const {known} = world
  const item = valueOf(known.item) ?? null
  const row = queuedIn(world)
  return {
    title: item && titleOf(item, valueOf(known.parent) ?? null),
    media: item && mediaOf(item),
    torrent: row && (torrentOf(world, row)?.key ?? null),
    ...verdictIn(world),
    links: [
      wanted(world),
      released(world),
      searched(world),
      grabbed(world),
      downloaded(world),
      imported(world),
    ],
    releases: releasesIn(world),
  }
}

function mediaOf({kind, id, parentId}: LibraryItem): MediaRef | null {
  const searchable = mediaKinds.find((it) => it === kind)
  return searchable === undefined ? null : {kind: searchable, id, parentId}
}

/** "Hollow Hill S01E03 The Well", "Copper Wolves (2023)". */
function titleOf(item: LibraryItem, parent: LibraryItem | null): string {
  const {title, seasonNumber, number, year} = item
  const two = (value: number) => String(value).padStart(2, '0')
  if (item.kind === 'episode' && seasonNumber !== null) {
    const place = number === null ? `S${two(seasonNumber)}` : `S${two(seasonNumber)}E${two(number)}`
    return [parent?.title, place, title].filter((it) => it).join(' ')
  }
  const named = year === null ? title : `${title} (${year})`
  return parent ? `${parent.title}: ${named}` : named
}

function valueOf<T>(asked: Asked<T>): T | undefined {
  return 'is' in asked ? asked.is : undefined
}

/** One row for each download; what counts is the newest. What the Arr is done with may stand there for a moment. */
function queuedIn({known}: ChainWorld): QueueRow | null {
  const rows = (valueOf(known.queue) ?? []).filter(({state}) => state !== 'imported' && state !== 'ignored')
  return rows.toSorted((one, other) => (other.addedAt ?? 0) - (one.addedAt ?? 0))[0] ?? null
}

function torrentOf({torrents}: ChainWorld, row: QueueRow): ItemTorrent | null {
  const all = torrents.get(row.downloadId?.toUpperCase() ?? '') ?? []
  // Of several the one that is farthest is the one that is imported.
  const rank = (it: ItemTorrent) => (it.awaySince === null ? 2 : 0) + (it.complete ? 1 : (it.progress ?? 0))
  return all.toSorted((one, other) => rank(other) - rank(one))[0] ?? null
}

function newest(world: ChainWorld, event: HistoryRow['event']): HistoryRow | null {
  return valueOf(world.known.history)?.find((row) => row.event === event) ?? null
}

const steps: ReadonlySet<HistoryRow['event']> = new Set([
  'grabbed',
  'failed',
  'ignored',
  'imported',
  'fileDeleted',
])

/** The last thing that happened on its way. A file that a better one replaced is no step back. */
function lastStep({known}: ChainWorld): HistoryRow | null {
  return (
    valueOf(known.history)?.find(
      ({event, reason}) => steps.has(event) && !(event === 'fileDeleted' && reason === 'Upgrade'),
    ) ?? null
  )
}

const says = (world: ChainWorld, key: Phrase['key'], values: Phrase['values'] = {}): Phrase =>
  phrase(key, {arr: text(world.arr), ...values})

const since = (at: EpochMs) => ({since: valueAs('since', at)})
const on = (at: EpochMs) => ({on: valueAs('since', at)})
const share = (progress: number | null) => ({share: valueAs('share', progress ?? 0)})

function verdictIn(world: ChainWorld): Verdict {
  const {known, now} = world
  const as = (kind: Verdict['kind'], says: Phrase, follows: Phrase | null = null): Verdict => ({
    kind,
    says,
    follows,
  })
  if ('unread' in known.item) {
    const why = phrase('item.undecided.then', {why: text(known.item.unread)})
    return as('undecided', says(world, 'item.undecided'), why)
  }
  const item = known.item.is
  if (item === null) return as('missing', says(world, 'item.gone'))
  const row = queuedIn(world)
  if (row !== null) return underWay(world, row)
  if (item.hasFile) return here(world, item)
  if (!item.monitored) return as('missing', says(world, 'item.missing.unmonitored'))
  const out = releaseOf(item, now)
  if (out.isOut === false) {
    return out.at === null
      ? as('missing', says(world, 'item.missing.not-out'))
      : as('missing', says(world, 'item.missing.unreleased', {when: valueAs('when', out.at)}))
  }
  if ('unread' in known.queue || 'unread' in known.history) {
    const why = 'unread' in known.queue ? known.queue.unread : valueOfUnread(known.history)
    return as('undecided', says(world, 'item.undecided'), phrase('item.undecided.then', {why: text(why)}))
  }
  const end = lastStep(world)
  const words = end !== null && end.reason !== '' ? phrase('item.held.says', {said: text(end.reason)}) : null
  if (end?.event === 'failed') return as('missing', says(world, 'item.missing.failed'), words)
  if (end?.event === 'ignored') return as('missing', says(world, 'item.missing.ignored'), words)
  if (end?.event === 'grabbed') return as('missing', says(world, 'item.missing.lost'))
  if (end?.event === 'fileDeleted') return as('missing', says(world, 'item.missing.deleted', on(end.at)))
  const last = searchedAt(world, item)
  if (last !== null) return as('missing', says(world, 'item.missing.searched', on(last)))
  return as('missing', says(world, reportsSearches(item) ? 'item.missing.never' : 'item.missing'))
}

function valueOfUnread(asked: Asked<unknown>): string {
  return 'unread' in asked ? asked.unread : ''
}

function here(world: ChainWorld, item: LibraryItem): Verdict {
  const at = newest(world, 'imported')?.at ?? null
  if (item.belowCutoff === true)
    return {
      kind: item.monitored ? 'coming' : 'here',
      says: says(world, item.monitored ? 'item.here.below' : 'item.here.below.rests'),
      follows: null,
    }
  const key = at === null ? says(world, 'item.here') : says(world, 'item.here.since', on(at))
  return {kind: 'here', says: key, follows: null}
}

/** By its row in the queue: what its torrent does, and what the Arr says of it. */
function underWay(world: ChainWorld, row: QueueRow): Verdict {
  const quoted = wordsOf(row)
  const words = quoted === '' ? null : phrase('item.held.says', {said: text(quoted)})
  const held = (says: Phrase, follows: Phrase | null = null): Verdict => ({kind: 'held', says, follows})
  if (row.downloadId === null) return {kind: 'coming', says: says(world, 'item.held.delay'), follows: null}
  if (isStuck(row)) return held(says(world, 'item.held.import'), words)
  if (isFailed(row)) return held(says(world, 'item.held.failed'), words)
  const torrent = torrentOf(world, row)
  if (torrent === null) return held(says(world, 'item.held.unseen'), words)
  const {server, awaySince, state, progress, complete, message} = torrent
  const named = {server: text(server)}
  if (awaySince !== null) return held(says(world, 'item.held.away', {...named, ...since(awaySince)}))
  if (isBroken(state)) {
    const reported = message === '' ? null : phrase('item.held.says', {said: text(message)})
    return held(says(world, 'item.held.error', named), reported)
  }
  if (complete) return {kind: 'coming', says: says(world, 'item.coming.complete'), follows: words}
  if (state === 'stalledDown') return held(says(world, 'item.held.stalled', share(progress)))
  if (state === 'stopped') return held(says(world, 'item.held.stopped', share(progress)))
  return {kind: 'coming', says: says(world, 'item.coming', share(progress)), follows: null}
}

function isFailed({state}: QueueRow): boolean {
  return state === 'failed' || state === 'failedPending'
}

function isBroken(state: TorrentState): boolean {
  return state === 'error' || state === 'missingFiles'
}

/** What the Arr says of a row, the first of its messages. */
function wordsOf({messages}: QueueRow): string {
  return messages.flatMap((it) => it.messages)[0] ?? messages[0]?.title ?? ''
}

interface Release {
  /** `null` = the Arr does not say. */
  readonly isOut: boolean | null
  readonly at: EpochMs | null
}

function releaseOf({available, releasedAt}: LibraryItem, now: EpochMs): Release {
  if (available !== null)
    return {isOut: available, at: releasedAt !== null && releasedAt > now === !available ? releasedAt : null}
  return releasedAt === null ? {isOut: null, at: null} : {isOut: releasedAt <= now, at: releasedAt}
}

/** Readarr reports none for books. */
function reportsSearches({kind}: LibraryItem): boolean {
  return kind !== 'book'
}

function searchedAt({searchedByUs}: ChainWorld, {searchedAt: byArr}: LibraryItem): EpochMs | null {
  const last = Math.max(byArr ?? 0, searchedByUs ?? 0)
  return last === 0 ? null : last
}

function link(name: ChainLink['link'], answer: LinkAnswer, says: Phrase): ChainLink {
  return {link: name, answer, says}
}

function unlooked(name: ChainLink['link'], why: string): ChainLink {
  return link(name, 'could_not_look', phrase('item.unlooked', {why: text(why)}))
}

function wanted(world: ChainWorld): ChainLink {
  const {item} = world.known
  if ('unread' in item) return unlooked('wanted', item.unread)
  if (item.is === null) return link('wanted', 'no', says(world, 'item.wanted.gone'))
  const {monitored, addedAt} = item.is
  if (!monitored) return link('wanted', 'no', says(world, 'item.wanted.no'))
  return link(
    'wanted',
    'yes',
    addedAt === null ? says(world, 'item.wanted') : says(world, 'item.wanted.since', since(addedAt)),
  )
}

function released(world: ChainWorld): ChainLink {
  const {item} = world.known
  if ('unread' in item) return unlooked('released', item.unread)
  if (item.is === null) return later('released', world)
  const {isOut, at} = releaseOf(item.is, world.now)
  if (isOut === null) return link('released', 'could_not_look', says(world, 'item.released.unsaid'))
  if (isOut)
    return link(
      'released',
      'yes',
      at === null ? says(world, 'item.released') : says(world, 'item.released.since', since(at)),
    )
  return link(
    'released',
    'no',
    at === null
      ? says(world, 'item.released.not-out')
      : says(world, 'item.released.no', {when: valueAs('when', at)}),
  )
}

function searched(world: ChainWorld): ChainLink {
  const {item} = world.known
  if ('unread' in item) return unlooked('searched', item.unread)
  if (item.is === null) return later('searched', world)
  const at = searchedAt(world, item.is)
  if (at !== null) return link('searched', 'yes', says(world, 'item.searched', on(at)))
  return reportsSearches(item.is)
    ? link('searched', 'no', says(world, 'item.searched.no'))
    : link('searched', 'could_not_look', says(world, 'item.searched.unsaid'))
}

function grabbed(world: ChainWorld): ChainLink {
  const {queue, history} = world.known
  const row = queuedIn(world)
  if (row?.downloadId === null) return link('grabbed', 'now', says(world, 'item.grabbed.delay'))
  const last = newest(world, 'grabbed')
  if (last !== null) {
    const {at, indexer} = last
    return link(
      'grabbed',
      'yes',
      indexer === ''
        ? says(world, 'item.grabbed', on(at))
        : says(world, 'item.grabbed.from', {...on(at), indexer: text(indexer)}),
    )
  }
  if (row !== null) {
    const {indexer} = row
    return link(
      'grabbed',
      'yes',
      indexer === ''
        ? says(world, 'item.grabbed.queued')
        : says(world, 'item.grabbed.queued.from', {indexer: text(indexer)}),
    )
  }
  if ('unread' in history) return unlooked('grabbed', history.unread)
  if ('unread' in queue) return unlooked('grabbed', queue.unread)
  return link('grabbed', 'no', says(world, 'item.grabbed.no'))
}

function downloaded(world: ChainWorld): ChainLink {
  const row = queuedIn(world)
  if (row !== null && row.downloadId !== null) return downloading(world, row)
  if ('unread' in world.known.queue) return unlooked('downloaded', world.known.queue.unread)
  if ('unread' in world.known.history) return unlooked('downloaded', world.known.history.unread)
  const end = row === null ? lastStep(world) : null
  if (end?.event === 'imported') return link('downloaded', 'yes', says(world, 'item.downloaded.imported'))
  if (end?.event === 'failed')
    return link('downloaded', 'no', says(world, 'item.downloaded.failed', on(end.at)))
  return later('downloaded', world)
}

function downloading(world: ChainWorld, row: QueueRow): ChainLink {
  if (isFailed(row)) return link('downloaded', 'no', says(world, 'item.downloaded.gave-up'))
  const torrent = torrentOf(world, row)
  if (torrent === null) return link('downloaded', 'could_not_look', says(world, 'item.downloaded.unseen'))
  const {server, awaySince, state, progress, complete} = torrent
  const named = {server: text(server), ...share(progress)}
  if (awaySince !== null)
    return link(
      'downloaded',
      'could_not_look',
      says(world, 'item.downloaded.away', {...named, ...since(awaySince)}),
    )
  if (isBroken(state)) return link('downloaded', 'no', says(world, 'item.downloaded.error', named))
  if (complete) return link('downloaded', 'yes', says(world, 'item.downloaded', named))
  if (state === 'stalledDown') return link('downloaded', 'no', says(world, 'item.downloaded.stalled', named))
  if (state === 'stopped') return link('downloaded', 'no', says(world, 'item.downloaded.stopped', named))
  return link('downloaded', 'now', says(world, 'item.downloaded.now', named))
}

function imported(world: ChainWorld): ChainLink {
  const {item} = world.known
  if ('unread' in item) return unlooked('imported', item.unread)
  if (item.is?.hasFile) {
    if (item.is.belowCutoff) return link('imported', 'yes', says(world, 'item.imported.below'))
    const at = newest(world, 'imported')?.at ?? null
    return link(
      'imported',
      'yes',
      at === null ? says(world, 'item.imported') : says(world, 'item.imported.on', since(at)),
    )
  }
  const row = queuedIn(world)
  const last = row === null ? lastStep(world) : null
  if (last?.event === 'fileDeleted')
    return link('imported', 'no', says(world, 'item.imported.deleted', on(last.at)))
  if (row !== null && isStuck(row)) return link('imported', 'no', says(world, 'item.imported.held'))
  if (row?.state === 'importing') return link('imported', 'now', says(world, 'item.imported.now'))
  if (row !== null && row.downloadId !== null && torrentOf(world, row)?.complete)
    return link('imported', 'no', says(world, 'item.imported.no'))
  return later('imported', world)
}

function later(name: ChainLink['link'], world: ChainWorld): ChainLink {
  return link(name, 'later', says(world, 'item.later'))
}

/** Each grab of the history, with what came of it. */
function releasesIn(world: ChainWorld): readonly GrabbedRelease[] {
  const rows = valueOf(world.known.history) ?? []
  const queued = new Set((valueOf(world.known.queue) ?? []).map(({downloadId}) => downloadId))
  const ends = {imported: 'imported', failed: 'failed', ignored: 'ignored'} as const
  return rows
    .flatMap((row, at): readonly GrabbedRelease[] => {
      if (row.event !== 'grabbed') return []
      // Rows are newest first: what followed this grab stands before it.
      const end = rows
        .slice(0, at)
        .findLast(
          ({event, downloadId}) => event in ends && downloadId !== null && downloadId === row.downloadId,
        )
      const isQueued = row.downloadId !== null && queued.has(row.downloadId)
      return [
        {
          title: row.title,
          indexer: row.indexer,
          grabbedAt: row.at,
          end: end ? ends[end.event as keyof typeof ends] : isQueued ? 'queued' : 'gone',
          said: end?.reason ?? '',
        },
      ]
    })
    .slice(0, MOST_RELEASES)
}
