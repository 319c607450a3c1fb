/** What looks at a torrent mean: facts, by what has to be looked at for them. */
import {posix} from 'node:path'
import {clientKinds} from '#clients/kinds/kinds.ts'
import {lookAt} from '#disk/file-looks.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import {contradictionAt, toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import type {FactResolvers, LookUpDeps} from '#lookups/fact-resolvers.ts'
import {isUnknown, unknown, type FactResult, type Unknown} from '#lookups/fact-result.ts'
import type {Asker, Read} from '#lookups/questions.ts'
import {notMapped, pathsOfFiles} from '#lookups/torrent-paths.ts'
import type {Judgement} from '#media/file-patterns.ts'
import {isSample, mediaKindOf} from '#media/media-kind.ts'
import {unwantedFiles} from '#media/pattern-sets.ts'
import type {TorrentFile, Tracker} from '#model/details.ts'
import type {FactName, FactValue, NamedServer, TrackerClass} from '#model/fact.ts'
import type {FileRulesReport} from '#model/manager.ts'
import {isAnnouncing, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {linkFactsOf} from '#lookups/content-links.ts'
import {doubtWords} from '#ownership/doubts.ts'
import type {Ownership} from '#ownership/ownership.ts'
import {trackerClassOf, trackersTogether} from '#rules/tracker-class.ts'
import {extraFilesAmong, folderOfExtras} from '#trash/extra-files.ts'

interface Topic {
  readonly key: TorrentKey
  readonly asker: Asker
  /** `null` = no section says what is wanted. */
  readonly rules: FileRulesReport | null
  readonly parts: LookUpDeps
  readonly looks: FactResolvers
}

/** Known facts of it by name; those that it could not tell are unknown each for itself. */
export type ReadFacts = Read<ReadonlyMap<FactName, FactResult<FactValue>>>

/** What is looked at together, and which facts it tells. */
export const topics: readonly {
  readonly facts: readonly FactName[]
  readonly look: (topic: Topic) => Promise<ReadFacts>
}[] = [
  {facts: ['tracker.hosts', 'tracker.classes'], look: trackers},
  {facts: ['tracker.messages'], look: trackerMessages},
  {facts: ['tracker.unregisteredFor', 'tracker.forgotten'], look: unregistered},
  {facts: ['filesWanted'], look: wanted},
  {facts: ['badFiles.any', 'badFiles.share'], look: badFiles},
  {facts: ['extraFiles.count'], look: extraFiles},
  {facts: ['media.valid'], look: media},
  {
    facts: [
      'content.groupId',
      'content.owners',
      'content.ownersOther',
      'content.ownersOtherComplete',
      'content.exclusiveFiles',
    ],
    look: owners,
  },
  {facts: ['content.onOtherServer'], look: onOtherServer},
  {facts: ['content.linksOutside', 'content.exclusiveBytes', 'content.device'], look: links},
  {facts: ['path.filesFound'], look: filesFound},
  {facts: ['path.othersFound'], look: othersFound},
  {facts: ['path.freeBytes', 'path.usedShare', 'path.mounted', 'path.readable'], look: place},
]

/* ───────────────────────────── trackers ───────────────────────────── */

async function trackers({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const read = await looks.trackers(key, asker)
  return factsIn(read, (all) => {
    const classes = classesOf(all, key.serverId, parts)
    // Whoever looks counts how long it is so.
    unregisteredTime(key, classes, parts)
    const hosts = all.flatMap(({url, status}) => (status === 'disabled' ? [] : hostOf(url) || []))
    return {
      'tracker.hosts': {value: [...new Set(hosts)].sort()},
      'tracker.classes':
        classes.length === 0
          ? unknown('missing', 'It has no tracker that is asked.')
          : {value: [...new Set(classes)].sort()},
    }
  })
}

/** What is judged by hours of it is not asked for each minute. */
const MESSAGES_MS = 15 * 60_000

/** `host: words` of each that is asked; of one that works no words, whatever it says beside. */
async function trackerMessages({key, asker, looks}: Topic): Promise<ReadFacts> {
  const read = await looks.trackers(key, asker)
  const words = factsIn(read, (all) => {
    const asked = all.filter(({url, status}) => hostOf(url) !== '' && status !== 'disabled')
    const each = asked.map(
      ({url, status, message}) => `${hostOf(url)}: ${status === 'working' ? '' : message}`,
    )
    if (each.length === 0) return {'tracker.messages': unknown('missing', 'It has no tracker that is asked.')}
    return {'tracker.messages': {value: each.sort()}}
  })
  return isUnknown(read) ? words : {...words, keptMs: MESSAGES_MS}
}

const notKnown: ReadonlySet<TrackerClass> = new Set(['unregistered', 'trumped'])
/** So long without interruption, and nobody is owed any more. */
const FORGOTTEN_AFTER = DAY

/**
 * 0 as soon as one of them says something else; while one is asked, or says what nobody understands, not known. It is
 * forgotten when it was so for a day, none of them calls it trumped, and they do not say it of a crowd.
 */
async function unregistered({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const read = await looks.trackers(key, asker)
  if (isUnknown(read)) return read
  const classes = classesOf(read.value, key.serverId, parts)
  const time = unregisteredTime(key, classes, parts)
  const isLong = !isUnknown(time) && time.value >= FORGOTTEN_AFTER
  const isAll = trackersTogether(classes) === 'unregistered'
  const hosts = read.value.map(({url}) => hostOf(url)).filter((host) => host !== '')
  const forgotten = isUnknown(time)
    ? time
    : {value: isLong && isAll && !(await parts.crowds.isCrowd(hosts, key.serverId))}
  const facts = {'tracker.unregisteredFor': time, 'tracker.forgotten': forgotten}
  return {...factsIn(read, () => facts), keptMs: MESSAGES_MS}
}

function unregisteredTime(
  key: TorrentKey,
  classes: readonly TrackerClass[],
  {unregistered: times, fleet}: LookUpDeps,
): FactResult<number> {
  const others = classes.filter((one) => !notKnown.has(one))
  if (others.some((one) => one !== 'unknown')) {
    times.over(key)
    return {value: 0}
  }
  if (classes.length > 0 && others.length === 0) {
    const torrent = fleet.get(key)
    const life = torrent?.addedAt ?? null
    // Of what is not announced its client shows what it heard last, however long ago.
    const isSaidNow = isAnnouncing(torrent?.state ?? 'unknown') === true
    return {value: isSaidNow ? times.found(key, life) : times.soFar(key, life)}
  }
  times.pause(key)
  const why =
    classes.length === 0 ? 'It has no tracker that is asked.' : 'Not all of its trackers have said it.'
  return unknown('missing', why)
}

function classesOf(
  all: readonly Tracker[],
  server: ServerId,
  {phrases}: Pick<LookUpDeps, 'phrases'>,
): readonly TrackerClass[] {
  return all.flatMap((tracker) => classOf(tracker, (host) => phrases(server, host)) ?? [])
}

/** '' = it is no tracker: DHT, PeX and LSD have no address. */
function hostOf(url: string): string {
  return URL.canParse(url) && !url.startsWith('dht:') ? new URL(url).hostname.toLowerCase() : ''
}

/** `null` = no tracker, or one that is switched off. */
function classOf(
  {url, status, message}: Tracker,
  phrases: (host: string) => TrackerPhrases,
): TrackerClass | null {
  const host = hostOf(url)
  if (host === '' || status === 'disabled') return null
  // What it said before does not count while it is asked again.
  if (status === 'waiting' || status === 'updating') return 'unknown'
  return trackerClassOf({status: status === 'working' ? 'ok' : status, message}, phrases(host))
}

/* ───────────────────────────── files ───────────────────────────── */

async function wanted({key, asker, looks}: Topic): Promise<ReadFacts> {
  const read = await looks.files(key, asker)
  return factsIn(read, (files) => ({filesWanted: {value: files.filter(isWanted).length}}))
}

function isWanted({priority}: TorrentFile): boolean {
  return priority !== 'skip'
}

async function badFiles({key, asker, rules, parts, looks}: Topic): Promise<ReadFacts> {
  const read = await looks.files(key, asker)
  if (isUnknown(read)) return read
  const patterns = await looks.patternsOf(unwantedFiles(rules)).evaluate(read.value, parts.turns)
  return factsIn(read, () => badFactsOf(patterns))
}

function badFactsOf({excluded, left}: Judgement): Facts {
  const all = excluded.length + left
  const share: FactResult<number> =
    all === 0 ? unknown('missing', 'None of its files is wanted.') : {value: excluded.length / all}
  return {'badFiles.any': {value: excluded.length > 0}, 'badFiles.share': share}
}

async function extraFiles({key, asker, rules, parts, looks}: Topic): Promise<ReadFacts> {
  if (rules === null) return now(parts, unknown('notSupported', 'No list of extensions is set for it.'))
  const torrent = parts.fleet.get(key)
  const listed = await looks.files(key, asker)
  if (isUnknown(listed)) return listed
  const {mappings} = parts.disk(key.serverId)
  const folder = folderOfExtras(torrent, listed.value, mappings)
  if (isUnknown(folder)) return now(parts, folder)
  const found = await looks.folder(key, folder.value, asker)
  if (isUnknown(found)) return found
  const patterns = looks.patternsOf(rules)
  const extras = extraFilesAmong({
    torrent: torrent!,
    listed: listed.value,
    found: found.value,
    mappings,
    now: parts.clock.now(),
    allows: (name) => patterns.allowsExtension(name),
    takenBack: parts.takenBack(key),
  })
  return factsIn(found, () => ({
    'extraFiles.count': isUnknown(extras) ? extras : {value: extras.value.length},
  }))
}

/* ───────────────────────────── media ───────────────────────────── */

async function media({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const files = await looks.files(key, asker)
  if (isUnknown(files)) return files
  const file = largestMedia(files.value)
  const torrent = parts.fleet.get(key)
  if (!file)
    return {...unknown('missing', 'None of its wanted files is media.'), at: files.at, keptMs: files.keptMs}
  // Half a file is no media that can be read, and nobody is to blame.
  if (!torrent?.complete) return now(parts, unknown('missing', 'It is not complete yet.'))
  // Its disk may be back since a moment, and not with all of it.
  if (torrent.state === 'missingFiles' || torrent.state === 'error')
    return now(parts, unknown('unreadable', 'Its server cannot read its files: it has to check them first.'))
  const paths = pathsOfFiles(torrent, files.value, [file], parts.disk(key.serverId).mappings)
  if (isUnknown(paths)) return {...paths, at: files.at, keptMs: files.keptMs}
  const probed = await looks.probe(key, {path: paths.value[0]!, size: file.size}, asker)
  return factsIn(probed, (verdict) => {
    if (verdict.verdict === 'valid') return {'media.valid': {value: true}}
    if (verdict.verdict === 'unreadable') return {'media.valid': {value: false}}
    if (verdict.verdict === 'skipped') return {'media.valid': unknown('notSupported', 'There is no ffprobe.')}
    return {'media.valid': unknown('unreadable', `It could not be probed (${verdict.reason}).`)}
  })
}

function largestMedia(files: readonly TorrentFile[]): TorrentFile | null {
  const ofMedia = files.filter((file) => {
    const kind = mediaKindOf(file.path)
    return isWanted(file) && (kind === 'video' || kind === 'audio')
  })
  const largest = ofMedia.toSorted((a, b) => b.size - a.size)
  return largest.find(({path, size}) => !isSample(path, size, largest[0]!.size)) ?? null
}

/* ───────────────────────────── content ───────────────────────────── */

async function owners({key, asker, parts}: Topic): Promise<ReadFacts> {
  const {sees, ownership} = parts
  const seen = (await ownership.look([key], asker.fresh)).get(keyText(key))!
  asker.signal.throwIfAborted()
  const [doubt] = seen.doubts
  if (!doubt)
    return now(parts, {value: new Map(Object.entries(ownerFacts(key, seen, asker, parts)) as FactsOf)})
  const words = doubtWords(doubt, {
    server: (id) => ownership.serverOf(id),
    sees: (id) => sees(asker.by, id),
    hasLeft: (id) => ownership.hasLeft(id),
    nameOf: (it) => ownership.nameOf(it),
  })
  return now(parts, unknown('unreadable', words))
}

function ownerFacts(
  key: TorrentKey,
  {owners: its, spare}: Ownership,
  {by}: Asker,
  {fleet, sees}: LookUpDeps,
): Facts {
  const others = its.map((it) => it.key)
  const seen = others.filter(({serverId}) => sees(by, serverId)).map(keyText)
  // Of what he may not see, it is told that it is there, and no more.
  const hidden = others.length - seen.length
  const named = [keyText(key), ...seen].sort()
  const complete = others.filter((other) => fleet.get(other)?.complete === true)
  const alone = spare?.size ?? (others.length > 0 ? 0 : fleet.get(key)?.fileCount)
  return {
    'content.groupId': {value: named[0]!},
    'content.owners': {value: hidden > 0 ? [...named, `${hidden} that cannot be seen`] : named},
    'content.ownersOther': {value: others.length},
    'content.ownersOtherComplete': {value: complete.length},
    'content.exclusiveFiles':
      alone === undefined ? unknown('missing', 'How many files it has is not known.') : {value: alone},
  }
}

/**
 * Whether another server has all of it, and is well with it: whoever removes one because of the other keeps the last copy.
 * Servers whose word counts for it; those that are not online may have it by now, or no more.
 */
async function onOtherServer({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const others = parts
    .servers()
    .filter(({id, enabled}) => enabled && id !== key.serverId && parts.counts(asker.by, key.serverId, id))
    .map(({id}) => id)
  const isOnline = (id: ServerId) => looks.notOnline(id) === null
  const own = parts.fleet.get(key)
  const holders = parts.fleet
    .holders(key.hash)
    .filter(({serverId: id}) => others.includes(id) && isOnline(id))
    .flatMap((there) => parts.fleet.get(there) ?? [])
  const sound = holders.filter((it) => !it.stale && isSound(it) && !parts.isGoing(it.key))
  const isThere = own !== null && sound.some((it) => areTwo(own, it, parts))
  // A list that was not read again since its server was away tells of it nothing either.
  const away = others.find((id) => !isOnline(id)) ?? holders.find(({stale}) => stale)?.key.serverId
  const nameOf = (id: ServerId) => parts.server(id)?.name ?? id
  const seen: FactResult<FactValue> = isThere
    ? {value: true}
    : sound[0]
      ? unknown('missing', mayBeOne(nameOf(key.serverId), nameOf(sound[0].key.serverId)))
      : away === undefined
        ? {value: false}
        : awayOf({id: away, name: nameOf(away)})
  return now(parts, {value: new Map([['content.onOtherServer', seen]])})
}

/** Dates of some clients are whole seconds, and rounded. */
const ONE_MOMENT_MS = 2_000

/**
 * Is it on two servers, or on one that is listed twice? One daemon tells the same of its torrent whoever asks it. Addresses
 * prove nothing: one daemon may have a second port, behind a proxy.
 */
function areTwo(one: TorrentRecord, other: TorrentRecord, {server, disk}: LookUpDeps): boolean {
  const [a, b] = [server(one.key.serverId), server(other.key.serverId)]
  if (a?.kind !== b?.kind) return true
  const [here, there] = [disk(one.key.serverId).storage, disk(other.key.serverId).storage]
  if (here !== null && there !== null && here !== there) return true
  const differs = (x: EpochMs | null | undefined, y: EpochMs | null | undefined) =>
    typeof x === 'number' && typeof y === 'number' && Math.abs(x - y) > ONE_MOMENT_MS
  const isSeenFirst = a != null && clientKinds[a.kind].mayLackAddedAt === true
  const isAddedApart = !isSeenFirst && differs(one.addedAt, other.addedAt)
  // A list that has just begun may not tell its place yet.
  const [path, otherPath] = [one.contentPath ?? '', other.contentPath ?? '']
  const isPlacedApart = path !== '' && otherPath !== '' && path !== otherPath
  return isAddedApart || isPlacedApart || differs(one.completedAt, other.completedAt)
}

function mayBeOne(one: string, other: string): string {
  return `It is not known whether ${one} and ${other} are two servers, or one that is configured twice: both say the same of this torrent. Remove one of them, or give each the name of its own disks (\`Storage\`).`
}

function awayOf(server: NamedServer): Unknown {
  return {...unknown('serverNotOnline', `${server.name} is not online.`), server}
}

async function links({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const read = await linkFactsOf(key, asker, parts, looks)
  return factsIn(read, ({linksOutside, exclusiveBytes, device}) => ({
    'content.linksOutside': seenOf(linksOutside),
    'content.exclusiveBytes': seenOf(exclusiveBytes),
    'content.device':
      device === null ? unknown('notSupported', 'Its files are on several disks.') : seenOf(device),
  }))
}

function seenOf<T extends number | string>(read: T | Unseen): FactResult<T> {
  return typeof read === 'object' ? read : {value: read}
}

/* ───────────────────────────── paths ───────────────────────────── */

/** That nothing is there says something only of a disk that is there. */
async function filesFound({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const torrent = parts.fleet.get(key)
  const {mappings} = parts.disk(key.serverId)
  const folder = folderOf(torrent, mappings)
  if (isUnknown(folder)) return now(parts, folder)
  const disk = await looks.space(key.serverId, folder.value, asker)
  if (isUnknown(disk)) return disk
  const unsettled = await looks.unsettled(folder.value)
  if (unsettled !== null) return now(parts, unsettled)
  const files = await looks.files(key, asker)
  if (isUnknown(files)) return files
  const wanted = files.value.filter(isWanted)
  const paths = pathsOfFiles(torrent ?? {contentPath: undefined}, files.value, wanted, mappings)
  if (isUnknown(paths)) return {...paths, at: files.at, keptMs: files.keptMs}
  const links = await looks.links(key, paths.value, asker)
  if (isUnknown(links) && links.unknown === 'missing')
    return {value: new Map([['path.filesFound', {value: 0}]]), at: links.at, keptMs: links.keptMs}
  return factsIn(links, (read) => ({'path.filesFound': {value: read.links.length / paths.value.length}}))
}

/** Other torrents whose content is looked for, and whose files are: each costs its server a request, the first time. */
const MOST_LOOKED = 200
const MOST_OTHERS = 8

/**
 * Whether the disk of what is missing is there with what else it has. That its folder is not empty proves little: one
 * stray file may lie in the folder that a disk is mounted over.
 */
async function othersFound({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const torrent = parts.fleet.get(key)
  const {mappings} = parts.disk(key.serverId)
  const folder = folderOf(torrent, mappings)
  if (isUnknown(folder)) return now(parts, folder)
  const disk = await looks.space(key.serverId, folder.value, asker)
  if (isUnknown(disk)) return disk
  const unsettled = await looks.unsettled(folder.value)
  if (unsettled !== null) return now(parts, unsettled)
  const others = await nearestOthers(torrent!, key, parts)
  for (const other of await thereAmong(others.slice(0, MOST_LOOKED), mappings, parts)) {
    const files = await looks.files(other, asker)
    const paths = isUnknown(files)
      ? files
      : pathsOfFiles(parts.fleet.get(other) ?? {contentPath: undefined}, files.value, files.value, mappings)
    const links = isUnknown(paths) ? paths : await looks.links(other, paths.value, asker)
    if (!isUnknown(links) && links.value.links.some(({device}) => device === disk.value.device))
      return factsIn(disk, () => ({'path.othersFound': {value: true}}))
  }
  return factsIn(disk, () => ({'path.othersFound': {value: false}}))
}

/** Those at whose path something lies, no more than are asked for their files. */
async function thereAmong(
  others: readonly TorrentKey[],
  mappings: readonly CheckedMapping[],
  {fleet, patience}: LookUpDeps,
): Promise<readonly TorrentKey[]> {
  const placed = others.flatMap((key) => {
    const path = toOurs(fleet.get(key)?.contentPath ?? '', mappings)
    return path === null ? [] : {key, path}
  })
  const looks = await lookAt(
    placed.map(({path}) => path),
    patience,
    'others',
  )
  const there = placed.filter((_, at) => looks !== null && !('fault' in looks[at]!))
  return there.slice(0, MOST_OTHERS).map(({key}) => key)
}

/**
 * Complete torrents of its server that are saved in its folder, or, where there are none, in the next folder around it
 * that has some; first those that their server can read. Those of other folders may lie on another disk.
 */
async function nearestOthers(
  {savePath = '', contentPath: its}: TorrentRecord,
  {serverId, hash}: TorrentKey,
  {fleet, turns}: LookUpDeps,
): Promise<readonly TorrentKey[]> {
  const nearest: {depth: number; well: TorrentKey[]; inTrouble: TorrentKey[]} = {
    depth: 0,
    well: [],
    inTrouble: [],
  }
  for (const row of fleet.rowsOf(serverId)) {
    if (turns.due()) await turns.next()
    // It went meanwhile.
    if (fleet.serverAt(row) !== serverId) continue
    const key = fleet.keyAt(row)
    const isOther = key.hash !== hash && fleet.valueAt(row, 'contentPath') !== its
    if (!isOther || !fleet.valueAt(row, 'complete')) continue
    const depth = commonDepth(savePath, fleet.valueAt(row, 'savePath') ?? '')
    if (depth < nearest.depth) continue
    if (depth > nearest.depth) Object.assign(nearest, {depth, well: [], inTrouble: []})
    const state = fleet.valueAt(row, 'state')
    const isWell = state !== 'missingFiles' && state !== 'error'
    ;(isWell ? nearest.well : nearest.inTrouble).push(key)
  }
  return [...nearest.well, ...nearest.inTrouble]
}

/** Folders from the root on that are the same. */
function commonDepth(one: string, other: string): number {
  const [these, those] = [plain(one).split('/'), plain(other).split('/')]
  const at = these.findIndex((part, index) => part !== those[index])
  return at === -1 ? these.length : at
}

async function place({key, asker, parts, looks}: Topic): Promise<ReadFacts> {
  const folder = folderOf(parts.fleet.get(key), parts.disk(key.serverId).mappings)
  if (isUnknown(folder)) return now(parts, folder)
  const read = await looks.space(key.serverId, folder.value, asker)
  if (isUnknown(read)) return read
  // Of a disk that came back its room counts at once, and what lies there only when all have seen it again.
  const unsettled = await looks.unsettled(folder.value)
  const seen = unsettled ?? {value: true}
  const facts = factsIn(read, ({freeBytes, usedShare}) => ({
    'path.freeBytes': {value: freeBytes},
    'path.usedShare': {value: usedShare},
    'path.mounted': seen,
    'path.readable': seen,
  }))
  return unsettled === null ? facts : {...facts, keptMs: 0}
}

/**
 * Our path of the folder that its data should be in. Of what has no data yet the mapped folder itself: the one that it
 * will be saved in may not be there, or be empty, while its disk is.
 */
function folderOf(
  torrent: TorrentRecord | null,
  mappings: readonly CheckedMapping[],
): {readonly value: string} | Unknown {
  // Of a magnet without metadata rTorrent tells no folder: there is no data that could lie on any disk.
  if (torrent && !torrent.savePath && !torrent.hasMetadata)
    return unknown('notSupported', 'It has no data yet, and its server does not say where it will save.')
  if (!torrent?.savePath) return unknown('missing', 'Its server does not say where it saves.')
  const {savePath, contentPath, progress} = torrent
  const isIn = !contentPath || contentPath === savePath || contentPath.startsWith(`${plain(savePath)}/`)
  const folder = isIn ? savePath : posix.dirname(contentPath)
  const ours = toOurs(folder, mappings)
  // Of a disk of another machine nobody here can ever say anything.
  if (ours === null) return unknown('notSupported', notMapped.detail)
  const why = contradictionAt(folder, mappings)
  if (why !== null) return unknown('unreadable', why)
  if (torrent.hasMetadata && progress !== 0) return {value: ours}
  const roots = mappings.map((it) => it.ours).filter((root) => isBelow(ours, root))
  return {value: roots.toSorted((one, other) => other.length - one.length)[0] ?? ours}
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${plain(root)}/`)
}

function plain(path: string): string {
  return path.replace(/\/+$/, '')
}

/* ───────────────────────────── telling ───────────────────────────── */

type Facts = Partial<Record<FactName, FactResult<FactValue>>>
type FactsOf = [FactName, FactResult<FactValue>][]

function factsIn<T>(read: Read<T>, facts: (value: T) => Facts): ReadFacts {
  if (isUnknown(read)) return read
  return {value: new Map(Object.entries(facts(read.value)) as FactsOf), at: read.at, keptMs: read.keptMs}
}

/** By what we know ourselves: it costs nothing and is not kept. */
function now(
  {clock}: LookUpDeps,
  seen: {readonly value: ReadonlyMap<FactName, FactResult<FactValue>>} | Unknown,
): ReadFacts {
  return {...seen, at: clock.now(), keptMs: 0}
}

/** It has all of its files, by the word of its server, and nothing ails it. */
function isSound({complete, progress = 1, state, size, sizeTotal = size}: TorrentRecord): boolean {
  return complete && progress === 1 && sizeTotal === size && !ailing.has(state)
}

const ailing: ReadonlySet<TorrentRecord['state']> = new Set(['error', 'missingFiles', 'checking', 'unknown'])
