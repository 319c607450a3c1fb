/**
 * What rules may ask about: every fact with its type, unit and price. Only words; who reads them is handed to the rules.
 *
 * Values: `null` = none on purpose (no limit, never happened); `undefined`, where values are read one by one, is unknown.
 * Units are those of `units.ts`.
 */
import {arrKinds} from './arr.ts'
import {searchHolds, searchReasons, searchResults, wantedGroups, wantedKinds} from './searching.ts'
import {healthStatuses} from './server.ts'
import {priorities, torrentStates, trackerStatuses} from './torrent.ts'
import type {ServerId} from './torrent-key.ts'
import type {EpochMs} from './units.ts'

export const subjectKinds = ['torrent', 'file', 'group', 'queueItem', 'wanted', 'path', 'server'] as const
export type SubjectKind = (typeof subjectKinds)[number]

/** What rules of people are judged over. Of whole servers presets alone are judged, of the others nothing is yet. */
export const ruleSubjects = ['torrent', 'path', 'wanted'] as const satisfies readonly SubjectKind[]
export type RuleSubject = (typeof ruleSubjects)[number]

export function isRuleSubject(subject: unknown): subject is RuleSubject {
  return ruleSubjects.some((kind) => kind === subject)
}

export type FactType = 'text' | 'choice' | 'set' | 'number' | 'boolean'
export type FactUnit = 'bytes' | 'bytesPerSecond' | 'seconds' | 'epochMs' | 'share' | 'count' | 'plain'
export type FactValue = string | number | boolean | null | readonly string[]

const trackerClasses = [
  'working',
  'temporary',
  'unregistered',
  'trumped',
  'credential',
  'client',
  'unknown',
] as const
export type TrackerClass = (typeof trackerClasses)[number]

export const obligationAnswers = ['yes', 'no', 'none', 'unknown'] as const
export type ObligationAnswer = (typeof obligationAnswers)[number]

/** Why a torrent has paid, or has not. notSeen: what has to be known of it for that is not. */
export const obligationReasons = [
  'notAsked',
  'unregistered',
  'barelyBegun',
  'paid',
  'owed',
  'notSeen',
] as const
export type ObligationReason = (typeof obligationReasons)[number]

const trackedStates = [
  'downloading',
  'importBlocked',
  'importPending',
  'importing',
  'imported',
  'importFailed',
  'failedPending',
  'failed',
  'ignored',
] as const

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/**
 * Whether decisions carry a fact, and what it means if it differs right before the command.
 *
 * - `never`: they do not carry it.
 * - `still`: whatever differs voids them.
 * - `further`: there is more of it at each look while a torrent comes in. More is no change then, as far as the rule asks
 *   the same of it; less is one, and so is more of what was whole.
 * - `course`: bytes flow and rest by turns. That is no change as far as the rule asks for neither.
 */
type FactStanding = 'never' | 'still' | 'further' | 'course'

export interface FactDefinition {
  readonly type: FactType
  /** Of numbers; `null` for all others. */
  readonly unit: FactUnit | null
  /** Lazy ones cost a request or a look at a disk, and are unknown until somebody asked. */
  readonly cost: 'cheap' | 'lazy'
  /** Asked over the last so many seconds. */
  readonly windowed: boolean
  /** By itself, while nothing is told: seconds that grow by one each second, or in any other way. */
  readonly moves: 'grows' | 'slides' | 'never'
  /** `null` is one of its values. */
  readonly nullable: boolean
  readonly standing: FactStanding
  /** It hangs on whether bytes flow at this moment: who asks for it asks for that, too. */
  readonly ofFlow: boolean
  /** Nobody tells it yet: no rule is written with it. */
  readonly planned: boolean
  readonly subjects: readonly SubjectKind[]
  /** Of a choice. */
  readonly values: readonly string[]
  /** What it is, to stand in a sentence: "<says> is 41 h". */
  readonly says: string
}

type Traits = Partial<
  Pick<FactDefinition, 'cost' | 'windowed' | 'moves' | 'nullable' | 'standing' | 'ofFlow' | 'planned'>
>

const lazy: Traits = {cost: 'lazy'}
const nullable: Traits = {nullable: true}
const still: Traits = {standing: 'still'}
const further: Traits = {standing: 'further'}
const course: Traits = {standing: 'course'}
const ofFlow: Traits = {ofFlow: true}
const planned: Traits = {planned: true}
const grows: Traits = {moves: 'grows'}
const slides: Traits = {moves: 'slides'}
/** Of what came and went in a time. */
const windowed: Traits = {windowed: true, moves: 'slides', ofFlow: true}

/** What rules want and hold is no reason for a rule. */
const ownReasons = searchReasons.filter((reason) => reason !== 'rule')
const ownHolds = searchHolds.filter((hold) => hold !== 'held_by_rule')

const ofTorrent = factsOf('torrent', 'file', 'group', 'queueItem')
const ofTracker = factsOf('torrent', 'group', 'queueItem')
const ofFile = factsOf('file')
const ofArr = factsOf('torrent', 'file', 'group', 'queueItem')
const ofAnyArr = factsOf('torrent', 'file', 'group', 'queueItem', 'wanted')
const ofWanted = factsOf('wanted')
const ofServer = factsOf('torrent', 'file', 'group', 'queueItem', 'server')
const ofPath = factsOf('torrent', 'group', 'path', 'server')
const ofPathAlone = factsOf('path')
const ofKept = factsOf('torrent', 'file', 'group', 'queueItem', 'path')
const ofAll = factsOf(...subjectKinds)

const facts = {
  infoHash: ofTorrent.text('info hash'),
  infoHashV1: ofTorrent.text('v1 info hash', nullable),
  infoHashV2: ofTorrent.text('v2 info hash', nullable),
  name: ofTorrent.text('name'),
  state: ofTorrent.choice('state', torrentStates, course),
  message: ofTorrent.text('error text'),
  complete: ofTorrent.yesNo('complete', still),
  wasComplete: ofTorrent.yesNo('complete, now or before'),
  hasMetadata: ofTorrent.yesNo('metadata known'),
  progress: ofTorrent.number('progress', 'share', further),
  size: ofTorrent.number('wanted size', 'bytes'),
  sizeTotal: ofTorrent.number('size of all files', 'bytes'),
  amountLeft: ofTorrent.number('amount left', 'bytes'),
  downloaded: ofTorrent.number('amount downloaded', 'bytes'),
  uploaded: ofTorrent.number('amount uploaded', 'bytes'),
  ratio: ofTorrent.number('ratio', 'plain'),
  ratioBySize: ofTorrent.number('ratio by size', 'plain'),
  eta: ofTorrent.number('time to completion', 'seconds', ofFlow),
  downSpeed: ofTorrent.number('download speed', 'bytesPerSecond', ofFlow),
  upSpeed: ofTorrent.number('upload speed', 'bytesPerSecond', ofFlow),
  gained: ofTorrent.number('amount gained', 'bytes', windowed),
  avgDown: ofTorrent.number('average download speed', 'bytesPerSecond', windowed),
  avgEta: ofTorrent.number('time to completion at its average speed', 'seconds', windowed),
  addedAt: ofTorrent.number('time of adding', 'epochMs', still),
  completedAt: ofTorrent.number('time of completion', 'epochMs', nullable),
  lastActivityAt: ofTorrent.number('last activity', 'epochMs', {...nullable, ...ofFlow}),
  firstSeenAt: ofTorrent.number('time we first saw it', 'epochMs'),
  age: ofTorrent.number('age', 'seconds', grows),
  sinceActivity: ofTorrent.number('time since last activity', 'seconds', {...grows, ...ofFlow}),
  sinceCompleted: ofTorrent.number('time since completion', 'seconds', grows),
  seedingTime: ofTorrent.number('seeding time', 'seconds'),
  seedingObserved: ofTorrent.number('seeding time we observed', 'seconds', grows),
  stalledFor: ofTorrent.number('time stalled', 'seconds', {...grows, ...ofFlow}),
  metadataFor: ofTorrent.number('time without metadata', 'seconds', grows),
  activeTime: ofTorrent.number('time it was active', 'seconds'),
  popularity: ofTorrent.number('ratio earned per month', 'plain'),
  createdAt: ofTorrent.number('time the torrent was made', 'epochMs', nullable),
  sinceCreated: ofTorrent.number('time since the torrent was made', 'seconds', grows),
  createdBy: ofTorrent.text('program that made the torrent'),
  seenCompleteAt: ofTorrent.number('last time a full copy was seen', 'epochMs', nullable),
  sinceSeenComplete: ofTorrent.number('time since a full copy was seen', 'seconds', grows),
  seedsConnected: ofTorrent.number('connected seeds', 'count', ofFlow),
  seedsSwarm: ofTorrent.number('seeds in the swarm', 'count', nullable),
  peersConnected: ofTorrent.number('connected peers', 'count', ofFlow),
  peersSwarm: ofTorrent.number('peers in the swarm', 'count', nullable),
  availability: ofTorrent.number('availability', 'plain'),
  isPrivate: ofTorrent.yesNo('private'),
  category: ofTorrent.text('category', still),
  /** With ours, also where only the database has them. */
  tags: ofTorrent.set('tags', still),
  /** As its server has them. */
  tagCount: ofTorrent.number('number of tags', 'count', still),
  savePath: ofTorrent.text('save path', still),
  categoryPath: ofTorrent.text('where its category saves'),
  contentPath: ofTorrent.text('content path'),
  downLimit: ofTorrent.number('download limit', 'bytesPerSecond', nullable),
  upLimit: ofTorrent.number('upload limit', 'bytesPerSecond', nullable),
  ratioLimit: ofTorrent.number('ratio limit', 'plain', nullable),
  seedTimeLimit: ofTorrent.number('seeding time limit', 'seconds', nullable),
  idleLimit: ofTorrent.number('idle limit', 'seconds', nullable),
  limitsInherited: ofTorrent.set('limits that its server gives'),
  ratioLimitMet: ofTorrent.yesNo('its own ratio limit reached'),
  seedTimeLimitMet: ofTorrent.yesNo('its own seeding time limit reached'),
  queuePosition: ofTorrent.number('queue position', 'count', nullable),
  forceStart: ofTorrent.yesNo('force started'),
  superSeeding: ofTorrent.yesNo('super seeding'),
  sequential: ofTorrent.yesNo('downloaded in order'),
  autoManaged: ofTorrent.yesNo('managed automatically'),
  comment: ofTorrent.text('comment'),
  fileCount: ofTorrent.number('number of files', 'count'),
  filesWanted: ofTorrent.number('number of wanted files', 'count', lazy),

  'tracker.host': ofTracker.text('tracker'),
  'tracker.hosts': ofTracker.set('trackers'),
  'tracker.status': ofTracker.choice('tracker status', trackerStatuses),
  'tracker.message': ofTracker.text('tracker message'),
  'tracker.class': ofTracker.choice('what the trackers say together', trackerClasses, still),
  'tracker.classes': ofTracker.set('what each tracker says', lazy),
  'tracker.messages': ofTracker.set('the words of each tracker', lazy),
  'tracker.anyWorking': ofTracker.yesNo('any tracker working'),
  'tracker.allFailing': ofTracker.yesNo('all trackers failing'),
  'tracker.unregisteredFor': ofTracker.number('time unregistered', 'seconds', {...lazy, ...grows}),
  'tracker.forgotten': ofTracker.yesNo('unregistered for a day, without many others of its tracker', lazy),

  'file.name': ofFile.text('file name', lazy),
  'file.ext': ofFile.text('file extension', lazy),
  'file.size': ofFile.number('file size', 'bytes', lazy),
  'file.priority': ofFile.choice('file priority', priorities, lazy),
  'file.progress': ofFile.number('file progress', 'share', lazy),
  'badFiles.share': ofTracker.number('share of unwanted files', 'share', lazy),
  'badFiles.any': ofTracker.yesNo('any unwanted file', lazy),
  'extraFiles.count': ofTorrent.number('number of unwanted files in its folder', 'count', {
    ...lazy,
    ...still,
  }),
  'media.valid': ofTorrent.yesNo('media readable', lazy),

  'obligation.profile': ofTorrent.text('seeding obligation', nullable),
  'obligation.met': ofTorrent.choice('seeding obligation met', obligationAnswers),
  'obligation.ratioNeeded': ofTorrent.number('ratio the tracker asks', 'plain', nullable),
  'obligation.timeNeeded': ofTorrent.number('seeding time the tracker asks', 'seconds', nullable),
  'obligation.timeLeft': ofTorrent.number('seeding time left to the obligation', 'seconds', nullable),
  'obligation.reason': ofTorrent.text('state of the obligation'),

  'content.groupId': ofTorrent.text('content group', lazy),
  'content.owners': ofTorrent.set('torrents that use its data', {...lazy, ...still}),
  'content.ownersOther': ofTorrent.number('other torrents that use its data', 'count', lazy),
  'content.ownersOtherComplete': ofTorrent.number('other complete torrents of its data', 'count', lazy),
  'content.exclusiveFiles': ofTorrent.number('files that no other torrent has', 'count', lazy),
  'content.onOtherServer': ofTorrent.yesNo('on another server, too', lazy),
  'content.linksOutside': ofTorrent.number('hard links outside of torrents', 'count', {...lazy, ...still}),
  'content.exclusiveBytes': ofTorrent.number('bytes that removing frees', 'bytes', {...lazy, ...further}),
  'content.device': ofTorrent.text('disk', lazy),

  'arr.id': ofAnyArr.text('Arr', nullable),
  'arr.kind': ofAnyArr.choice('kind of the Arr', arrKinds),
  'arr.queuePresent': ofArr.yesNo('in the queue of the Arr'),
  'arr.queueStatus': ofArr.text('queue status in the Arr'),
  'arr.tracked': ofArr.choice('state in the Arr', trackedStates, still),
  'arr.messages': ofArr.set('messages of the Arr'),
  'arr.rejectClasses': ofArr.set('why the Arr does not import it'),
  'arr.mediaIds': ofArr.set('items of the Arr'),
  'arr.usesCategory': ofArr.yesNo('in a category that its Arr uses itself'),
  'arr.monitored': ofArr.yesNo('monitored', lazy),
  'arr.hasFile': ofArr.yesNo('file in the library', lazy),
  'arr.inLibrary': ofArr.yesNo('item in the library', lazy),
  'arr.cutoffMet': ofArr.yesNo('quality cut-off met', lazy),
  'arr.score': ofArr.number('custom format score', 'plain', lazy),
  'arr.minScore': ofArr.number('least custom format score', 'plain', lazy),
  'arr.scoreMet': ofArr.yesNo('custom format score high enough', lazy),
  'arr.fileScore': ofArr.number('custom format score of the file in the library', 'plain', lazy),
  'arr.worseThanFile': ofArr.yesNo('worse than the file in the library', lazy),
  'arr.pickedByHand': ofArr.yesNo('release picked by a user', lazy),
  'arr.requested': ofArr.yesNo('requested by a user', planned),
  'arr.anyImported': ofArr.yesNo('any part imported', lazy),
  'arr.importedEvidence': ofArr.text('proof of import', {...lazy, ...nullable}),

  'wanted.reason': ofWanted.choice('reason why it is wanted', ownReasons),
  'wanted.group': ofWanted.choice('state among what is wanted', wantedGroups),
  'wanted.hold': ofWanted.choice('what keeps it from being searched', ownHolds, nullable),
  'wanted.empties': ofWanted.number('number of searches in a row without result', 'count'),
  'wanted.outcome': ofWanted.choice('result of its last search', searchResults, nullable),
  'wanted.sinceSearched': ofWanted.number('time since it was searched', 'seconds', {...grows, ...nullable}),
  'wanted.title': ofWanted.text('title'),
  'wanted.kind': ofWanted.choice('kind of what is wanted', wantedKinds),
  'wanted.year': ofWanted.number('year', 'plain'),
  'wanted.season': ofWanted.number('season', 'plain', nullable),
  'wanted.sinceReleased': ofWanted.number('time since its release', 'seconds', {...grows, ...nullable}),
  'wanted.sinceAdded': ofWanted.number('time since it was added to its Arr', 'seconds', grows),
  'wanted.monitored': ofWanted.yesNo('monitored in its Arr'),
  'wanted.missing': ofWanted.number('number of items without a file', 'count'),
  'wanted.quality': ofWanted.text('quality of its file', nullable),
  'wanted.score': ofWanted.number('custom format score of its file', 'plain', nullable),
  'wanted.profile': ofWanted.text('quality profile'),
  'wanted.tags': ofWanted.set('tags in its Arr'),

  'server.id': ofServer.text('server'),
  'server.owner': ofServer.text('owner of the server', nullable),
  'server.status': ofServer.choice('server status', healthStatuses),
  'server.onlineFor': ofServer.number('time the server is online', 'seconds', grows),
  'server.lastFullSyncAt': ofServer.number('last whole list of the server', 'epochMs', nullable),
  'server.epoch': ofServer.text('epoch of the server', still),
  'server.altSpeed': ofServer.yesNo('alternative speed limits on'),
  'server.globalDownShare': ofServer.number('share of the download limit in use', 'share'),
  'server.freeBytes': ofServer.number('free space of the server', 'bytes'),
  'server.population': ofServer.number('torrents of the server', 'count'),
  'server.populationDrop': ofServer.number('share of the torrents missing', 'share'),

  'path.freeBytes': ofPath.number('free space', 'bytes', lazy),
  'path.usedShare': ofPath.number('share of the disk in use', 'share', lazy),
  'path.filesFound': ofTorrent.number('share of its files that are on the disk', 'share', lazy),
  'path.othersFound': ofTorrent.yesNo('files of other torrents near it are on the disk', lazy),
  'path.mounted': ofPath.yesNo('disk mounted', lazy),
  'path.readable': ofPath.yesNo('path readable', lazy),
  'path.fileAge': ofPathAlone.number('time since its files changed', 'seconds', grows),
  'path.fileClaimed': ofPathAlone.yesNo('claimed by a torrent'),
  'path.unclaimedFor': ofPathAlone.number('time without a torrent that claims it', 'seconds', grows),
  'path.place': ofPathAlone.text('path'),
  'path.name': ofPathAlone.text('name of the file or folder'),
  'path.folder': ofPathAlone.text('folder it is in'),
  'path.kind': ofPathAlone.choice('kind of path', ['file', 'folder']),
  'path.size': ofPathAlone.number('size of its files', 'bytes'),
  'path.files': ofPathAlone.number('number of its files', 'count'),
  'path.entries': ofPathAlone.number('files and folders in the folder it is in', 'count'),
  'path.servers': ofPathAlone.set('servers that may use it'),

  'time.hour': ofAll.number('hour', 'count', slides),
  'time.weekday': ofAll.choice('weekday', weekdays, slides),
  'time.day': ofAll.number('day of the month', 'count', slides),
  'time.date': ofAll.text('date', slides),

  'memory.strikes': ofTorrent.number('strikes of a rule', 'count'),
  'memory.timesRemoved': ofTorrent.number('times removed', 'count'),
  'memory.returned': ofTorrent.yesNo('came back after removal'),
  'memory.lastManualChangeAt': ofTorrent.number('last change by a person', 'epochMs', nullable),
  'memory.protected': ofKept.yesNo('protected by a person'),
  'memory.filtered': ofTorrent.yesNo('unwanted files left out before'),
  'memory.categoryBefore': ofTorrent.text('category it came from', nullable),
} satisfies Record<string, FactDefinition>

export type FactName = keyof typeof facts
export const factNames = Object.keys(facts) as readonly FactName[]
/** Those that a rule of a person may ask of something that it is judged over. */
export const askedFacts: readonly FactName[] = factNames.filter((name) => {
  const {subjects, planned: isPlanned} = factOf(name)
  return !isPlanned && subjects.some(isRuleSubject)
})

/** The definition by its wide type: `facts.x` alone is as narrow as it is written. */
export function factOf(name: FactName): FactDefinition {
  return facts[name]
}

export const unknownReasons = [
  'serverNotOnline',
  'frozen',
  'noInternet',
  'stale',
  'notRead',
  'unreadable',
  'notSupported',
  'notAllowed',
  'missing',
] as const
/** `notRead`: lazy and not asked for yet. `notAllowed`: not for the owner of the rule. `missing`: an online server does not tell it of this one. */
export type UnknownReason = (typeof unknownReasons)[number]

interface KnownFact {
  readonly value: FactValue
  readonly observedAt: EpochMs
  /** Who told: a server, an Arr, a disk, ourselves. */
  readonly source: string
}

export interface UnknownFact {
  readonly unknown: UnknownReason
  /** `null`: it never was known. */
  readonly since: EpochMs | null
  readonly source: string
  /** Of `serverNotOnline`: another than its own. Only for who may see it. */
  readonly server?: NamedServer
  /** Why, and how that ends; for people, and only of what the owner of the rule may see. */
  readonly detail?: string
}

export interface NamedServer {
  readonly id: ServerId
  readonly name: string
}

export type Fact = KnownFact | UnknownFact

function factsOf(...subjects: SubjectKind[]) {
  const defined = (type: FactType, says: string, traits: Traits, more: Partial<FactDefinition> = {}) => ({
    type,
    says,
    subjects,
    unit: null,
    values: [],
    cost: 'cheap' as const,
    windowed: false,
    moves: 'never' as const,
    nullable: false,
    standing: 'never' as const,
    ofFlow: false,
    planned: false,
    ...traits,
    ...more,
  })
  return {
    text: (says: string, traits: Traits = {}): FactDefinition => defined('text', says, traits),
    set: (says: string, traits: Traits = {}): FactDefinition => defined('set', says, traits),
    yesNo: (says: string, traits: Traits = {}): FactDefinition => defined('boolean', says, traits),
    number: (says: string, unit: FactUnit, traits: Traits = {}): FactDefinition =>
      defined('number', says, traits, {unit}),
    choice: (says: string, values: readonly string[], traits: Traits = {}): FactDefinition =>
      // A word for unknown is no value that a rule could ask for.
      defined('choice', says, traits, {values: values.filter((value) => value !== 'unknown')}),
  }
}
