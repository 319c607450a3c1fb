/**
 * Where each fact about a torrent comes from. What its server tells counts only while that server is online and its list
 * is about as long as it was: otherwise it is unknown, however sure it once was.
 */
import {classOfText} from '#arr-client/reject-class.ts'
import {doubtWords} from '#model/arr.ts'
import {countedTogether, labelsWith} from '#model/automation-state.ts'
import {
  factOf,
  weekdays,
  type Fact,
  type FactName,
  type FactValue,
  type TrackerClass,
  type UnknownReason,
} from '#model/fact.ts'
import {keptBy, ratioOf, ratioPaid} from '#model/torrent.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import {keyText} from '#model/torrent-key.ts'
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import type {FactReaders, ReadFact} from '#rules/fact-readers.ts'
import {obligationOf, obligationState, type Obligation, type ObligationState} from '#rules/obligation.ts'
import {trackerClassOf, trackersTogether} from '#rules/tracker-class.ts'
import {trackerHostsOf} from './owed.ts'
import type {ArrFacts, LookedUp, TorrentSubject} from './torrent-subject.ts'

export interface FactSurroundings {
  /** `undefined` = the clock jumped: nobody knows what time it is (`lib/trusted-time.ts`). */
  readonly now: () => EpochMs | undefined
  /** Seconds since a server was told of: what it said of its being online has grown by so much. */
  readonly sinceReported: (subject: TorrentSubject) => Seconds
  /** Of the last so many seconds, those in which its server had no connection to the internet. */
  readonly cutOffWithin: (subject: TorrentSubject, last: Seconds) => Seconds
  readonly timeZone: string
  /** What its tracker or category asks, as its owner set it; `null` = nothing was set. */
  readonly obligation: (subject: TorrentSubject) => Obligation | null
  /** By which words people know what the trackers of a torrent mean. */
  readonly phrases: (subject: TorrentSubject) => TrackerPhrases
  /** What a fact hangs on is looked up when it is asked for: until then it is unknown. Otherwise it is as if it were not. */
  readonly looksUp: boolean
}

/** More than this share of its torrents missing: what it says of the others is not believed either. */
const MOST_MISSING = 0.2

type Origin = 'server' | 'health' | 'arr' | 'ours' | 'clock' | 'lookedUp'

interface Source {
  readonly from: Origin
  readonly read: (
    subject: TorrentSubject,
    around: FactSurroundings,
    window: Seconds | null,
  ) => FactValue | undefined
}

type Read<T = TorrentSubject> = (
  subject: T,
  around: FactSurroundings,
  window: Seconds | null,
) => FactValue | undefined

const server = (read: Read): Source => ({from: 'server', read})
const health = (read: Read): Source => ({from: 'health', read})
const ours = (read: Read): Source => ({from: 'ours', read})
const clock = (read: Read): Source => ({from: 'clock', read})
/** `undefined` while it belongs to no Arr. */
const ofArr = (read: (arr: ArrFacts) => FactValue | undefined): Source => ({
  from: 'arr',
  read: ({arr}) => (arr ? read(arr) : undefined),
})

const sources: Partial<Record<FactName, Source>> = {
  // Names do not change: they are what they were also while a server is away.
  infoHash: health(({row}) => row.key.hash),
  infoHashV1: health(({row}) => row.infoHashV1),
  infoHashV2: health(({row}) => row.infoHashV2),
  name: health(({row}) => row.name),
  state: server(({row}) => (row.state === 'unknown' ? undefined : row.state)),
  message: server(({row}) => row.message),
  complete: server(({row}) => row.complete),
  wasComplete: server(wasComplete),
  hasMetadata: server(({row}) => row.hasMetadata),
  progress: server(({row}) => row.progress),
  size: server(({row}) => row.size),
  sizeTotal: server(({row}) => row.sizeTotal),
  amountLeft: server(({row}) => row.amountLeft),
  downloaded: server((subject) => counted(subject).downloaded),
  uploaded: server((subject) => counted(subject).uploaded),
  ratio: server((subject) => finite(counted(subject).ratio)),
  ratioBySize: server((subject) => {
    const {uploaded} = counted(subject)
    return uploaded === undefined || !subject.row.size ? undefined : uploaded / subject.row.size
  }),
  // `null` = never, or it does not download: no number can be compared with that.
  eta: server(({row}) => row.eta ?? undefined),
  downSpeed: server(({row}) => row.downSpeed),
  upSpeed: server(({row}) => row.upSpeed),
  gained: server(({flow}, _around, window) => flow.gained(window!)),
  avgDown: server(({flow}, _around, window) => {
    const gained = flow.gained(window!)
    return gained === undefined ? undefined : gained / window!
  }),
  // What gains nothing at all stands still, and is not slow.
  avgEta: server(({row: {amountLeft}, flow}, _around, window) => {
    const gained = flow.gainedFreely(window!)
    return !gained || amountLeft === undefined ? undefined : (amountLeft / gained) * window!
  }),
  addedAt: server((it) => dateOf(it.row.addedAt, it)),
  completedAt: server((it) => dateOf(it.row.completedAt, it)),
  lastActivityAt: server(lastActivity),
  firstSeenAt: ours(({remembered}) => remembered?.firstSeenAt),
  age: server((it, {now}) => since(dateOf(it.row.addedAt, it), now())),
  // What seeds could not be asked for either; but that is a matter of months.
  sinceActivity: server((it, around) => {
    const age = since(lastActivity(it) ?? undefined, around.now())
    return it.row.complete ? age : connected(age, it, around)
  }),
  sinceCompleted: server((it, {now}) => since(dateOf(it.row.completedAt, it) ?? undefined, now())),
  seedingTime: server(seedingTime),
  seedingObserved: ours(({remembered}) => remembered?.seedingObserved),
  stalledFor: server((it, around) => {
    if (it.row.state !== 'stalledDown') return 0
    const at = it.row.lastActivityAt === null ? dateOf(it.row.addedAt, it) : lastActivity(it)
    return connected(since(at ?? undefined, around.now()), it, around)
  }),
  metadataFor: server((it, around) =>
    it.row.state === 'metadata' ? connected(since(dateOf(it.row.addedAt, it), around.now()), it, around) : 0,
  ),
  activeTime: server(({row}) => row.activeTime),
  popularity: server(({row}) => finite(row.popularity)),
  // By the clock of who made it.
  createdAt: server(({row}) => row.createdAt),
  sinceCreated: server(({row}, {now}) => since(row.createdAt ?? undefined, now())),
  createdBy: server(({row}) => row.createdBy),
  seenCompleteAt: server(({row}) => row.seenCompleteAt),
  sinceSeenComplete: server(({row}, {now}) => since(row.seenCompleteAt ?? undefined, now())),
  seedsConnected: server(({row}) => row.seedsConnected),
  seedsSwarm: server(({row}) => row.seedsSwarm),
  peersConnected: server(({row}) => row.peersConnected),
  peersSwarm: server(({row}) => row.peersSwarm),
  availability: server(({row}) => row.availability),
  isPrivate: server(({row}) => row.isPrivate),
  category: server(({row}) => row.category),
  tags: server(({row, remembered}) => labelsWith(row.tags, remembered?.marks ?? [])),
  tagCount: server(({row}) => row.tags.length),
  savePath: server(({row}) => row.savePath),
  // Of one that says nothing its server decides, and not by its name alone.
  categoryPath: server(
    ({row, server: {categories}}) =>
      categories.find(({name}) => name === row.category)?.savePath || undefined,
  ),
  contentPath: server(({row}) => row.contentPath),
  downLimit: server(({row}) => row.downLimit),
  upLimit: server(({row}) => row.upLimit),
  // `inherit` is no number: what the server does then is not known here.
  ratioLimit: server(({row}) => (row.ratioLimit === 'inherit' ? undefined : row.ratioLimit)),
  seedTimeLimit: server(({row}) => (row.seedTimeLimit === 'inherit' ? undefined : row.seedTimeLimit)),
  idleLimit: server(({row}) => (row.idleLimit === 'inherit' ? undefined : row.idleLimit)),
  limitsInherited: server(({row}) => inherited(row)),
  ratioLimitMet: server(({row}) => isReached(finite(row.ratio), row.ratioLimit)),
  seedTimeLimitMet: server((subject, around) =>
    isReached(seedingTime(subject, around), subject.row.seedTimeLimit),
  ),
  queuePosition: server(({row}) => row.queuePosition),
  forceStart: server(({row}) => row.forceStart ?? undefined),
  superSeeding: server(({row}) => row.superSeeding ?? undefined),
  sequential: server(({row}) => row.sequential ?? undefined),
  autoManaged: server(({row}) => row.autoManaged ?? undefined),
  comment: server(({row}) => row.comment),
  fileCount: server(({row}) => row.fileCount),

  'tracker.host': server(({row}) => row.trackerHost),
  'tracker.hosts': server((subject) => trackerHostsOf(subject)),
  'tracker.status': server(({row}) => (row.trackerStatus === 'unknown' ? undefined : row.trackerStatus)),
  'tracker.message': server(({row}) => row.trackerMessage),
  'tracker.class': server(trackerClass),
  'tracker.anyWorking': server(({row}) =>
    row.trackerStatus === 'unknown' ? undefined : row.trackerStatus === 'ok',
  ),
  'tracker.allFailing': server(({row}) => allFailing(row.trackerStatus)),

  'obligation.profile': server((subject, around) => asked(subject, around)?.profile ?? null),
  'obligation.met': server((subject, around) => {
    const {met} = obligationNow(subject, around)
    return met === 'unknown' ? undefined : met
  }),
  'obligation.ratioNeeded': server((subject, around) => obligationNow(subject, around).ratioNeeded),
  'obligation.timeNeeded': server((subject, around) => obligationNow(subject, around).timeNeeded),
  'obligation.timeLeft': server((subject, around) => obligationNow(subject, around).timeLeft),
  'obligation.reason': server((subject, around) => obligationNow(subject, around).reason),

  'arr.id': ours(({arr}) => arr?.arrId ?? null),
  'arr.kind': ours(({arr}) => arr?.kind),
  'arr.queuePresent': ofArr(({inQueue}) => inQueue),
  'arr.queueStatus': ofArr(({queueStatus}) => queueStatus),
  'arr.tracked': ofArr(({tracked}) => (tracked === 'unknown' ? undefined : tracked)),
  'arr.messages': ofArr(({messages}) => messages),
  'arr.rejectClasses': ofArr(({messages}) => messages && [...new Set(messages.map(classOfText))]),
  'arr.mediaIds': ofArr(({media}) => media),
  'arr.usesCategory': ofArr(({usesCategory}) => usesCategory),
  'arr.monitored': ofArr(({monitored}) => monitored),
  'arr.hasFile': ofArr(({hasFile}) => hasFile),
  'arr.inLibrary': ofArr(({inLibrary}) => inLibrary),
  'arr.cutoffMet': ofArr(({cutoffMet}) => cutoffMet),
  'arr.score': ofArr(({score}) => score),
  'arr.minScore': ofArr(({minScore}) => minScore),
  'arr.scoreMet': ofArr(({score, minScore}) =>
    score === undefined || minScore === undefined ? undefined : score >= minScore,
  ),
  'arr.fileScore': ofArr(({fileScore}) => fileScore),
  'arr.worseThanFile': ofArr(({worseThanFile}) => worseThanFile),
  'arr.pickedByHand': ofArr(({pickedByHand}) => pickedByHand),
  'arr.requested': ofArr(({requested}) => requested),
  'arr.anyImported': ofArr(({anyImported}) => anyImported),
  'arr.importedEvidence': ofArr(({evidence}) => evidence),

  'server.id': health(({server: {id}}) => id),
  'server.owner': health(({server: {ownerId}}) => ownerId),
  'server.status': health(({server: {status}}) => (status === 'unknown' ? undefined : status)),
  'server.onlineFor': health((subject, {sinceReported}) =>
    isOnline(subject) ? subject.server.onlineFor + sinceReported(subject) : 0,
  ),
  'server.lastFullSyncAt': health(({server: {lastFullSyncAt}}) => lastFullSyncAt),
  'server.epoch': health(({server: {epoch}}) => epoch),
  'server.altSpeed': server(({server: {altSpeed}}) => altSpeed),
  'server.globalDownShare': server(({server: {downSpeed, downLimit}}) => shareOfLimit(downSpeed, downLimit)),
  'server.freeBytes': server(({server: {freeBytes}}) => freeBytes),
  'server.population': health(({server: {population}}) => population),
  'server.populationDrop': health(({server: {populationDrop}}) => populationDrop),

  'time.hour': clock((_subject, around) => wall(around)?.hour),
  'time.weekday': clock((_subject, around) => {
    const day = wall(around)?.dayOfWeek
    return day === undefined ? undefined : weekdays[day - 1]
  }),
  'time.day': clock((_subject, around) => wall(around)?.day),
  'time.date': clock((_subject, around) => wall(around)?.toPlainDate().toString()),

  'memory.strikes': ours(({strikes, row}) => strikes(row.key)),
  'memory.timesRemoved': ours(({remembered}) => remembered?.timesRemoved ?? 0),
  'memory.returned': ours(({remembered}) => (remembered?.timesRemoved ?? 0) > 0),
  'memory.lastManualChangeAt': ours(({remembered}) => remembered?.lastManualChangeAt ?? null),
  // A tag keeps us away also while its server does not tell: what it said last counts for this.
  'memory.protected': ours(({row, remembered}) => isKept(row) || (remembered?.pinnedAt ?? null) !== null),
  'memory.filtered': ours(({remembered}) => (remembered ? remembered.filteredAt !== null : undefined)),
  'memory.categoryBefore': ours(({remembered}) => remembered?.categoryBefore),
}

/** Those that a manager knows by itself; every other one of torrents is looked up for it. */
export const factsOfManagers = Object.keys(sources) as readonly FactName[]

/** What trackers and peers show: without a connection of ours it is nobody's fault. */
const needsInternet: ReadonlySet<FactName> = new Set<FactName>([
  ...([
    'eta',
    'downSpeed',
    'upSpeed',
    'gained',
    'avgDown',
    'avgEta',
    'sinceActivity',
    'stalledFor',
    'metadataFor',
  ] as const),
  ...(['seedsConnected', 'seedsSwarm', 'peersConnected', 'peersSwarm', 'availability'] as const),
  ...(['tracker.status', 'tracker.message', 'tracker.class', 'tracker.anyWorking'] as const),
  ...(['tracker.allFailing', 'tracker.classes', 'tracker.messages', 'tracker.unregisteredFor'] as const),
  'tracker.forgotten',
])

/** A tracker that says that it does not know a torrent may end what is owed to it, and that takes a look. */
const behindObligation: readonly FactName[] = ['tracker.forgotten']
/** All but whose it is. */
const ofObligation: ReadonlySet<FactName> = new Set<FactName>([
  'obligation.met',
  'obligation.ratioNeeded',
  'obligation.timeNeeded',
  'obligation.timeLeft',
  'obligation.reason',
])
const nothing: readonly FactName[] = []

export function torrentFacts(around: FactSurroundings): FactReaders<TorrentSubject> {
  const read = (name: FactName, window: Seconds | null): ReadFact<TorrentSubject> => {
    const source = sources[name]
    // What was looked up counts no longer than what its server tells does.
    if (!source)
      return (subject) => (silence(subject, name) === null ? subject.lookedUp.get(name)?.value : undefined)
    if (source.from === 'server') {
      return (subject) => (silence(subject, name) === null ? source.read(subject, around, window) : undefined)
    }
    if (source.from === 'arr')
      return (subject) => (subject.arr?.isTrusted ? source.read(subject, around, window) : undefined)
    return (subject) => source.read(subject, around, window)
  }
  return {
    reader: read,
    looksBehind: (name) =>
      ofObligation.has(name)
        ? (subject) => (mayBeForgotten(subject, around) ? behindObligation : nothing)
        : null,
    fact(name, window, subject): Fact {
      const value = read(name, window)(subject)
      const reported = reportedBy(name, subject)
      if (value !== undefined)
        return {value, observedAt: reported.at ?? around.now() ?? 0, source: reported.source}
      const why = whyUnknown(name, subject)
      const {server, detail} =
        (silence(subject, name) === null && subject.lookedUp.get(name)) || whyUnseen(name, subject)
      return {
        unknown: why,
        since: reported.at,
        source: reported.source,
        ...(server && {server}),
        ...(detail && {detail}),
      }
    },
    name: ({row}) => ({kind: 'torrent', key: keyText(row.key), serverId: row.key.serverId}),
  }
}

/** Why an import is not proven any more, or what a server tells of room does not count, for people. */
function whyUnseen(name: FactName, {arr, server}: TorrentSubject): Pick<LookedUp, 'server' | 'detail'> {
  if (name === 'server.freeBytes' && server.whyNoFreeBytes) return {detail: server.whyNoFreeBytes}
  return name === 'arr.importedEvidence' && arr?.unseen ? {detail: doubtWords(arr.unseen)} : {}
}

/** For who may not know the Arr of a torrent: whose it is, and whatever that says, is not known. */
export function withoutArr(
  readers: FactReaders<TorrentSubject>,
  isHidden: (subject: TorrentSubject) => boolean,
): FactReaders<TorrentSubject> {
  return {
    ...readers,
    reader(name, window) {
      const read = readers.reader(name, window)
      return isOfArr(name) ? (subject) => (isHidden(subject) ? undefined : read(subject)) : read
    },
    fact(name, window, subject) {
      if (!isOfArr(name) || !isHidden(subject)) return readers.fact(name, window, subject)
      return {unknown: 'notAllowed', since: null, source: 'Arr'}
    },
  }
}

function isOfArr(name: FactName): boolean {
  return name.startsWith('arr.')
}

/** Why nothing is concluded from what its server says; `null` = it is believed. */
function silence({server: watched, row}: TorrentSubject, name: FactName): UnknownReason | null {
  const ofServer = silenceOf(watched) ?? (row.isListed ? null : 'stale')
  return ofServer ?? (isCutOff(watched) && needsInternet.has(name) ? 'noInternet' : null)
}

/** The same of a server as a whole. */
export function silenceOf(server: ManagedServer): UnknownReason | null {
  if (!isOnline({server})) return 'serverNotOnline'
  return (server.populationDrop ?? 0) > MOST_MISSING ? 'frozen' : null
}

/** Our own way to the internet is in doubt there: what its trackers and peers show is nobody's fault. */
export function isCutOff({internet}: Pick<ManagedServer, 'internet'>): boolean {
  return internet === 'down' || internet === 'settling'
}

/** Warming is not online: its list may be a part. */
function isOnline({server: {status}}: Pick<TorrentSubject, 'server'>): boolean {
  return status === 'online' || status === 'degraded'
}

function whyUnknown(name: FactName, subject: TorrentSubject): UnknownReason {
  const from = sources[name]?.from
  if (from === 'server') {
    const isHeldUp = ofObligation.has(name) && !subject.lookedUp.has('tracker.forgotten')
    if (isHeldUp) return silence(subject, name) ?? 'notRead'
    const isUnseen = whyUnseen(name, subject).detail !== undefined
    return silence(subject, name) ?? (isUnseen ? 'unreadable' : 'missing')
  }
  if (from === 'arr') {
    if (subject.arr && !subject.arr.isTrusted) return 'stale'
    if (whyUnseen(name, subject).detail !== undefined) return 'unreadable'
    return subject.arr && factOf(name).cost === 'lazy' ? 'notRead' : 'missing'
  }
  if (from !== undefined) return 'missing'
  const seen = subject.lookedUp.get(name)
  if (seen) return silence(subject, name) ?? seen.whyUnknown ?? 'unreadable'
  return factOf(name).cost === 'lazy' ? 'notRead' : 'notSupported'
}

function reportedBy(
  name: FactName,
  {server: {id, syncedAt}, arr, lookedUp}: TorrentSubject,
): {at: EpochMs | null; source: string} {
  const from = sources[name]?.from
  const ofArr = arr?.arrId ?? 'Arr'
  if (from === 'arr') return {at: arr?.at ?? null, source: ofArr}
  // Whose a torrent is, is said in the name of its Arr: who may not see the Arr is not told.
  if (from === 'ours' || from === 'clock') return {at: null, source: isOfArr(name) ? ofArr : 'Commodarr'}
  if (from === undefined) return {at: lookedUp.get(name)?.at ?? null, source: id}
  return {at: syncedAt, source: id}
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

/** What is not told is not among them. */
function inherited({ratioLimit, seedTimeLimit, idleLimit}: ManagedRow): readonly string[] {
  const limits = {ratio: ratioLimit, seedTime: seedTimeLimit, idle: idleLimit}
  return Object.entries(limits).flatMap(([name, limit]) => (limit === 'inherit' ? [name] : []))
}

/** @returns `undefined` = it has no limit of its own, or it is not known how far it has come */
function isReached(
  value: number | undefined,
  limit: number | 'inherit' | null | undefined,
): boolean | undefined {
  if (value === undefined || typeof limit !== 'number') return undefined
  return value >= limit
}

/** Seconds. What lies ahead, by a clock that is wrong on one side, is not known. */
function since(at: EpochMs | undefined, now: EpochMs | undefined): Seconds | undefined {
  if (at === undefined || now === undefined || at > now) return undefined
  return (now - at) / 1000
}

/** Of that time, what its server had a connection: without one nothing could have come. */
function connected(
  age: Seconds | undefined,
  subject: TorrentSubject,
  {cutOffWithin}: FactSurroundings,
): Seconds | undefined {
  return age === undefined ? undefined : Math.max(0, age - cutOffWithin(subject, age))
}

function shareOfLimit(speed: number | undefined, limit: number | null | undefined): number | undefined {
  if (speed === undefined || limit === undefined) return undefined
  return limit === null || limit === 0 ? 0 : speed / limit
}

/**
 * Of all its trackers where somebody looked at them; else by what its server says of them together. Who looked in vain
 * knows nothing: one message is not what all of them say.
 */
function trackerClass(subject: TorrentSubject, {phrases}: FactSurroundings): TrackerClass | undefined {
  const {row, lookedUp} = subject
  const {trackerStatus: status, trackerMessage: message} = row
  if (status === 'ok') return 'working'
  if (status === 'unknown' || status === 'none') return undefined
  const each = lookedUp.get('tracker.classes')
  const together = each
    ? trackersTogether((each.value ?? ['unknown']) as readonly TrackerClass[])
    : trackerClassOf({status, message: message ?? ''}, phrases(subject))
  return together === 'unknown' ? undefined : together
}

function allFailing(status: TorrentSubject['row']['trackerStatus']): boolean | undefined {
  if (status === 'unknown' || status === 'none') return undefined
  return status === 'error' || status === 'unreachable'
}

function asked(subject: TorrentSubject, {obligation}: FactSurroundings): Obligation | null {
  return obligationOf(obligation(subject), subject.row.isPrivate)
}

function obligationNow(subject: TorrentSubject, around: FactSurroundings): ObligationState {
  const {row, remembered, lookedUp} = subject
  const mayBe = mayBeForgotten(subject, around)
  const all = counted(subject)
  const state = obligationState(asked(subject, around), {
    complete: row.complete,
    // Its tracker may count from a time before it was removed and came back.
    wasComplete: wasComplete(subject) !== false || (remembered?.seedingObserved ?? 0) > 0,
    progress: row.progress,
    ratio: finite(ratioPaid(all.ratio, {...all, held: row.completed})),
    seedingTime: seedingTime(subject, around),
    seedingObserved: remembered?.seedingObserved,
    isForgotten: mayBe && lookedUp.get('tracker.forgotten')?.value === true,
  })
  if (state.met !== 'no' || !mayBe || !around.looksUp || lookedUp.has('tracker.forgotten')) return state
  return {...state, met: 'unknown', reason: 'notSeen'}
}

/** What its server counts, and what those counted that it was moved from: its tracker adds them up. */
function counted({row, remembered}: TorrentSubject): Pick<ManagedRow, 'uploaded' | 'downloaded' | 'ratio'> {
  const {uploaded, downloaded, ratio, completed} = row
  const lives = remembered?.countedBefore ?? []
  if (lives.length === 0) return {uploaded, downloaded, ratio}
  const before = countedTogether(lives)
  const all = {
    uploaded: uploaded === undefined ? undefined : uploaded + before.uploaded,
    downloaded: downloaded === undefined ? undefined : downloaded + before.downloaded,
  }
  return {...all, ratio: ratioOf(all.uploaded, all.downloaded, completed)}
}

/**
 * It is complete, or was since it was added, whatever its client finds of it now. qBittorrent and Deluge forget when that
 * was as soon as they download anything again; so do all of them what was removed and added again.
 */
function wasComplete({row, remembered, server: {isClockRight}}: TorrentSubject): boolean | undefined {
  if (row.complete || row.completedAt != null || (row.seedingTime ?? 0) > 0) return true
  if (!remembered) return undefined
  const {completeSeenAt, cameAt} = remembered
  if (completeSeenAt === null) {
    const isReported = row.completedAt !== undefined || row.seedingTime !== undefined || cameAt !== null
    return isReported ? false : undefined
  }
  // It came again when we saw it come, and its client says so, too.
  const cameAgain = cameAt !== null && cameAt > completeSeenAt
  const isRedated = isClockRight && row.addedAt !== undefined && row.addedAt > completeSeenAt
  return !(cameAgain && isRedated)
}

/** By what its server says of its trackers together: one that works, or fails for another reason, knows it. */
function mayBeForgotten(subject: TorrentSubject, {phrases}: FactSurroundings): boolean {
  const {row, server: watched} = subject
  const {trackerStatus: status, trackerMessage: message} = row
  if (isCutOff(watched) || status === 'ok' || status === 'none') return false
  const own = trackerClassOf({status, message: message ?? ''}, phrases(subject))
  // Some servers tell no words of trackers in their lists.
  return own === 'unregistered' || (own === 'unknown' && (message ?? '') === '')
}

/**
 * Since when a torrent is there for certain: what its server tells of before is the word of a clock, which was right if
 * it is now. What came before our eyes did not come earlier, whatever that clock said. -Infinity = since whenever it says.
 */
function knownSince({remembered, server: {isClockRight}}: TorrentSubject): EpochMs | undefined {
  return remembered?.cameAt ?? (isClockRight ? -Infinity : remembered?.firstSeenAt)
}

/** Of its coming, and its completion: no earlier than we can know. */
function dateOf<T extends EpochMs | null | undefined>(
  at: T,
  subject: TorrentSubject,
): T | EpochMs | undefined {
  if (at === null || at === undefined) return at
  const least = knownSince(subject)
  return least === undefined ? undefined : Math.max(at, least)
}

/** By a wrong clock nothing was ever active just now. */
function lastActivity(subject: TorrentSubject): EpochMs | null | undefined {
  const {
    row,
    server: {isClockRight},
  } = subject
  return row.lastActivityAt === null || isClockRight ? dateOf(row.lastActivityAt, subject) : undefined
}

/** Seconds; never more than it can be since we know of it. */
function seedingTime(subject: TorrentSubject, {now}: FactSurroundings): Seconds | undefined {
  const reported = reportedSeedingTime(subject)
  const least = knownSince(subject)
  if (reported === undefined || least === -Infinity) return reported
  const most = since(least, now())
  return most === undefined ? undefined : Math.min(reported, most)
}

/**
 * Who keeps no account tells the time since a torrent was complete, with all in which it stood still: since we
 * know it, it has seeded as long as we saw, and what its server says counts for the time before.
 */
function reportedSeedingTime(subject: TorrentSubject): Seconds | undefined {
  const {
    row,
    server: {countsSeeding},
    remembered,
  } = subject
  if (countsSeeding || row.seedingTime === undefined) return row.seedingTime
  if (!remembered) return undefined
  const {firstSeenAt, seedingObserved} = remembered
  const completedAt = dateOf(row.completedAt, subject) ?? firstSeenAt
  const before = Math.max(0, firstSeenAt - completedAt) / 1_000
  return Math.min(row.seedingTime, Math.floor(before + seedingObserved))
}

function wall({now, timeZone}: FactSurroundings): Temporal.ZonedDateTime | undefined {
  const at = now()
  return at === undefined
    ? undefined
    : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
}

/** A person keeps us away from it. */
export function isKept({tags, category}: Pick<ManagedRow, 'tags' | 'category'>): boolean {
  return keptBy(tags, category) !== undefined
}
