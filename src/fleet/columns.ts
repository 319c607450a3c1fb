/**
 * Which column keeps which field, and as what: the one place to look when a field is added to `model/torrent.ts`.
 * Measured per torrent of a qBittorrent that tells everything: 410 bytes, room for a tenth more of them included.
 */
import {
  priorities,
  torrentStates,
  trackerStatuses,
  type Limit,
  type TorrentField,
  type TorrentFields,
} from '#model/torrent.ts'
import {EnumColumn, FlagColumn, NumberColumn, WholeColumn, type Column} from './column.ts'
import {InternedColumn, SetColumn} from './interned-columns.ts'
import {HashColumn, PathColumn} from './path-and-hash-columns.ts'
import {TextArena} from './text-arena.ts'
import {TextColumn} from './text-column.ts'

/** Bytes, ratios and shares: any number in 8 bytes. */
const amount = () => new NumberColumn<number | undefined>()
const amountOrNone = () => new NumberColumn<number | null | undefined>()
/** Bytes per second in 4 bytes (more than 4 GB/s is kept elsewhere); 0 until the server tells. */
const rate = () => new WholeColumn<number>(1, 0)
/** Counts and seconds in 4 bytes. */
const count = () => new WholeColumn<number | undefined>(1, undefined)
const countOrNone = () => new WholeColumn<number | null | undefined>(1, undefined)
const limit = () => new WholeColumn<Limit | undefined>(1, undefined)
/** Times in 4 bytes: servers tell whole seconds. */
const time = () => new WholeColumn<number | undefined>(1000, undefined)
const timeOrNever = () => new WholeColumn<number | null | undefined>(1000, undefined)
const flag = () => new FlagColumn<boolean>(false)
const maybeFlag = () => new FlagColumn<boolean | undefined>(undefined)
const flagOrNone = () => new FlagColumn<boolean | null | undefined>(undefined)
const word = () => new InternedColumn<string>('')
const maybeWord = () => new InternedColumn<string | undefined>(undefined)

export type TorrentColumns = ReturnType<typeof createColumns>

/** @param ownHash the key's hash of a row, as hex */
export function createColumns(arena: TextArena, ownHash: (row: number) => string) {
  const name = new TextColumn<string>(arena, '')
  return {
    // Before the name: giving a row back in this order counts the bytes they share once.
    contentPath: new PathColumn(arena, name),
    name,
    infoHashV1: new HashColumn(ownHash),
    infoHashV2: new HashColumn(ownHash),

    state: new EnumColumn<TorrentFields['state']>(torrentStates, 'unknown'),
    nativeState: word(),
    complete: flag(),
    forceStart: flagOrNone(),
    queuedCheck: flag(),
    trackerProblem: flag(),
    message: maybeWord(),

    size: amount(),
    sizeTotal: amount(),
    completed: amount(),
    amountLeft: amount(),
    progress: amount(),
    taskProgress: amountOrNone(),
    hasMetadata: flag(),

    downSpeed: rate(),
    upSpeed: rate(),
    downloaded: amount(),
    uploaded: amount(),
    sessionDownloaded: amount(),
    sessionUploaded: amount(),
    ratio: amount(),
    eta: countOrNone(),
    popularity: amount(),

    trackerStatus: new EnumColumn<TorrentFields['trackerStatus']>(trackerStatuses, 'unknown'),
    trackerMessage: maybeWord(),
    trackerHost: maybeWord(),
    trackerHosts: new SetColumn<TorrentFields['trackerHosts']>(undefined, false),
    nextAnnounceAt: timeOrNever(),

    seedsConnected: count(),
    peersConnected: count(),
    seedsSwarm: countOrNone(),
    peersSwarm: countOrNone(),
    availability: amount(),

    addedAt: time(),
    completedAt: timeOrNever(),
    lastActivityAt: timeOrNever(),
    seenCompleteAt: timeOrNever(),
    createdAt: timeOrNever(),
    activeTime: count(),
    seedingTime: count(),

    category: word(),
    tags: new SetColumn<TorrentFields['tags']>([], true),
    savePath: maybeWord(),
    incompletePath: new InternedColumn<string | null | undefined>(undefined),
    completedPath: new InternedColumn<string | null | undefined>(undefined),

    isPrivate: maybeFlag(),
    queuePosition: countOrNone(),
    priority: new EnumColumn<TorrentFields['priority']>(priorities, undefined),
    downLimit: countOrNone(),
    upLimit: countOrNone(),
    ratioLimit: new NumberColumn<Limit | undefined>(),
    seedTimeLimit: limit(),
    idleLimit: limit(),
    sequential: flagOrNone(),
    firstLast: flagOrNone(),
    superSeeding: flagOrNone(),
    autoManaged: flagOrNone(),

    comment: new TextColumn<string | undefined>(arena, undefined),
    createdBy: maybeWord(),
    pieceSize: count(),
    pieceCount: count(),
    piecesHave: count(),
    fileCount: count(),
    nativeRatio: amount(),

    arrId: new InternedColumn<TorrentFields['arrId']>(undefined),
    arrItem: maybeWord(),
    removableAt: timeOrNever(),
  } satisfies {readonly [F in TorrentField]: Column<TorrentFields[F]>}
}
