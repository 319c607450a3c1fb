/** What a rule asks for, by who does it; what it asks of a server as commands. */
import {isMovedAway} from '#executor/guards/rules/decision-guard.ts'
import type {MoveSpace} from '#executor/move-space.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {FilePatterns, type FileRules} from '#media/file-patterns.ts'
import type {AnyTorrentCommand, TorrentVerb} from '#model/command.ts'
import type {WantedAction} from '#model/decision.ts'
import type {TorrentFile, Tracker} from '#model/details.ts'
import {BadArgument} from '#model/errors.ts'
import type {OrphanVerb} from '#model/orphans.ts'
import type {ActionName, ActionParams} from '#model/rule.ts'
import type {ServerView, TorrentReader} from '#model/services.ts'
import type {Limit} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {MINUTE, type Seconds} from '#model/units.ts'

/** What some actions have to know before it is known what they ask of the server. @throws {CommodarrError} */
export interface ActionDetails {
  /** Indexes of the files that are meant, by patterns or by a set of the configuration. */
  filesMeant(key: TorrentKey, params: ActionParams): Promise<readonly number[]>
  /** @throws {CommodarrError} */
  files(key: TorrentKey): Promise<readonly TorrentFile[]>
  trackers(key: TorrentKey): Promise<readonly (Pick<Tracker, 'url' | 'status' | 'message'> & AnnounceTimes)[]>
  /** Where a category of its server saves; `null` = it does not say. */
  categoryPath(serverId: ServerId, name: string): string | null
  /** Its server does nothing about an announce sooner after one. */
  announcesApart(serverId: ServerId): Seconds
  /** Why its data cannot be moved to this place of its server, for want of space; `null` = it can. */
  objectionToMove(key: TorrentKey, path: string): Promise<string | null>
}

type AnnounceTimes = Pick<Tracker, 'lastAnnounceAt' | 'nextAnnounceAt' | 'mayAnnounceAt'>

interface DetailsOfOne {
  readonly key: TorrentKey
  readonly details: ActionDetails
  /** Whether the owner of the rule may name a folder of the torrent's server. */
  readonly mayName: (folder: string) => boolean
}

type FoundCommands = readonly AnyTorrentCommand[] | {readonly why: string}

export type ActionTarget =
  | {readonly to: 'server'; readonly commands: readonly AnyTorrentCommand[]}
  | {readonly to: 'arr'}
  /** Stopped and marked for a time. */
  | {readonly to: 'quarantine'}
  /** Known when the torrent was looked into; `why` = there is nothing that could be sent. */
  | {readonly to: 'lookUp'; readonly commands: (details: DetailsOfOne) => Promise<FoundCommands>}
  /** Of its server, so often and so far apart as the rule says. */
  | {readonly to: 'trackers'}
  /** A line in the journal, for people. */
  | {readonly to: 'journal'}
  /** Others are kept from it; that was done when it was decided. */
  | {readonly to: 'itself'}
  /** Set aside with its files. */
  | {readonly to: 'trash'}
  /** What the trash of its server keeps beyond its days. */
  | {readonly to: 'emptying'}
  /** Files beside its own are set aside; the torrent stays. */
  | {readonly to: 'folder'}
  /** Brought to another server, in several steps. */
  | {readonly to: 'anotherServer'}
  /** Of this machine. */
  | {readonly to: 'program'}
  /** Files of nobody: they are set aside, or go permanently. */
  | {readonly to: 'orphans'; readonly verb: OrphanVerb}
  /** What was asked for by another version of this program. */
  | {readonly to: 'nobody'; readonly why: string}

const plain = {
  stop: 'stop',
  start: 'start',
  forceStart: 'forceStart',
  recheck: 'recheck',
  remove: 'remove',
  removeWithData: 'removeWithData',
} as const

const ofArrs: ReadonlySet<ActionName> = new Set<ActionName>([
  ...(['arr.refresh', 'arr.rssSync', 'arr.search', 'arr.monitor', 'arr.profile', 'arr.import'] as const),
  ...(['arr.blocklist', 'arr.queueRemove', 'failDownload'] as const),
])

export function targetOf({action, params}: Pick<WantedAction, 'action' | 'params'>): ActionTarget {
  if (action === 'note' || action === 'notify') return {to: 'journal'}
  if (action === 'skip') return {to: 'itself'}
  if (action in plain) return server({verb: plain[action as keyof typeof plain], args: {}})
  if (ofArrs.has(action)) return {to: 'arr'}
  if (action === 'reannounce') return {to: 'trackers'}
  if (action === 'quarantine') return {to: 'quarantine'}
  if (action === 'recycle') return {to: 'trash'}
  if (action === 'extraFiles.recycle') return {to: 'folder'}
  if (action === 'copyTo' || isMovedAway({action, params})) return {to: 'anotherServer'}
  if (action === 'purge') return {to: 'emptying'}
  if (action === 'exec') return {to: 'program'}
  switch (action) {
    case 'orphan.recycle':
    case 'orphan.delete':
      return {to: 'orphans', verb: action}
    case 'tag':
      return server({verb: 'addTags', args: {tags: params['names'] as string[]}})
    case 'untag':
      return server({verb: 'removeTags', args: {tags: params['names'] as string[]}})
    case 'category':
      return params['moveData'] === true
        ? lookUp((one) => categoryWithData(one, params['name'] as string))
        : server({verb: 'setCategory', args: {category: params['name'] as string}})
    case 'move':
      return lookUp((one) => move(one, params['path'] as string))
    case 'filePriority':
      return lookUp((one) => filePriority(one, params))
    case 'queue':
      return server({verb: 'moveInQueue', args: {to: params['to'] as 'top'}})
    case 'superSeed':
      return server({verb: 'setSuperSeeding', args: {on: params['on'] as boolean}})
    case 'sequential':
      return server({verb: 'setSequential', args: {on: params['on'] as boolean}})
    case 'limits':
      return limits(params)
    case 'tracker.add':
      return lookUp((one) => trackersOn(one, params['urls'] as string[]))
    case 'tracker.replace':
      return lookUp((one) => trackerReplaced(one, params as {from: string; to: string}))
    case 'tracker.remove':
      return lookUp((one) => trackersOff(one, params))
    default:
      return {to: 'nobody', why: `Rules cannot do ${action}.`}
  }
}

type Naming = {
  readonly [A in ActionName]: 'nothing' | ((params: ActionParams) => readonly AnyTorrentCommand[])
}

const namesFolder = ({path}: ActionParams): readonly AnyTorrentCommand[] =>
  typeof path === 'string' ? [{verb: 'setLocation', args: {path, moveData: true}}] : []

/** A new action does not compile until somebody says which folders and addresses it names. */
const naming: Naming = {
  notify: 'nothing',
  note: 'nothing',
  skip: 'nothing',
  reannounce: 'nothing',
  'arr.refresh': 'nothing',
  'arr.rssSync': 'nothing',
  tag: 'nothing',
  untag: 'nothing',
  // Its data goes to the folder of a category that is there, which somebody named before.
  category: 'nothing',
  stop: 'nothing',
  start: 'nothing',
  forceStart: 'nothing',
  queue: 'nothing',
  limits: 'nothing',
  filePriority: 'nothing',
  recheck: 'nothing',
  superSeed: 'nothing',
  sequential: 'nothing',
  'tracker.add': ({urls}) => [{verb: 'addTrackers', args: {tiers: [urls as string[]]}}],
  'tracker.remove': 'nothing',
  'tracker.replace': ({from, to}) => [{verb: 'editTracker', args: {from: from as string, to: to as string}}],
  move: namesFolder,
  copyTo: namesFolder,
  quarantine: 'nothing',
  'arr.search': 'nothing',
  'arr.monitor': 'nothing',
  'arr.profile': 'nothing',
  'arr.import': 'nothing',
  'arr.blocklist': 'nothing',
  'arr.queueRemove': 'nothing',
  recycle: 'nothing',
  'extraFiles.recycle': 'nothing',
  remove: 'nothing',
  removeWithData: 'nothing',
  failDownload: 'nothing',
  'orphan.recycle': 'nothing',
  'orphan.delete': 'nothing',
  purge: 'nothing',
  // For administrators, who name any.
  exec: 'nothing',
}

/**
 * Commands that name the folders and addresses which an action names, on its server or on the one that it brings the
 * torrent to: whoever lets it act has to be one who may name them.
 */
export function namingCommands({
  action,
  params,
}: Pick<WantedAction, 'action' | 'params'>): readonly AnyTorrentCommand[] {
  const names = naming[action]
  return names === 'nothing' ? [] : names(params)
}

/** The verbs that a server has to know for it; none = no server is sent anything for it. */
export function verbsOf(action: Pick<WantedAction, 'action' | 'params'>): readonly TorrentVerb[] {
  const looked = verbsLookedUp[action.action]
  if (looked) return action.action === 'move' && isMovedAway(action) ? [] : looked
  const target = targetOf(action)
  return target.to === 'server' ? [...new Set(target.commands.map(({verb}) => verb))] : []
}

/** Of actions whose commands are known only once the torrent was looked into. */
const verbsLookedUp: {readonly [A in ActionName]?: readonly TorrentVerb[]} = {
  move: ['setLocation'],
  filePriority: ['setFilePriority'],
  'tracker.add': ['addTrackers'],
  'tracker.replace': ['editTracker'],
  'tracker.remove': ['removeTrackers'],
  reannounce: ['reannounce'],
  quarantine: ['stop'],
}

/** The category first: a server that moves by itself then has nothing left to move. */
async function categoryWithData(of: DetailsOfOne, category: string): Promise<FoundCommands> {
  const path = of.details.categoryPath(of.key.serverId, category)
  if (path === null) return {why: 'Its server does not say where that category saves.'}
  const moves = await move(of, path)
  return 'why' in moves ? moves : [{verb: 'setCategory', args: {category}}, ...moves]
}

async function move({key, details, mayName}: DetailsOfOne, path: string): Promise<FoundCommands> {
  // The executor refuses it; until then nobody learns what is there.
  const why = mayName(path) ? await details.objectionToMove(key, path) : null
  return why === null ? [{verb: 'setLocation', args: {path, moveData: true}}] : {why}
}

async function filePriority({key, details}: DetailsOfOne, params: ActionParams): Promise<FoundCommands> {
  const files = await details.filesMeant(key, params)
  const priority = params['to'] as 'skip' | 'normal' | 'high'
  return files.length === 0 ? [] : [{verb: 'setFilePriority', args: {files, priority}}]
}

async function trackersOn({key, details}: DetailsOfOne, urls: readonly string[]): Promise<FoundCommands> {
  const there = new Set((await details.trackers(key)).map(({url}) => url))
  const missing = urls.filter((url) => !there.has(url))
  return missing.length === 0 ? [] : [{verb: 'addTrackers', args: {tiers: missing.map((url) => [url])}}]
}

/** Nothing where it is not, or not any more. */
async function trackerReplaced(
  {key, details}: DetailsOfOne,
  args: {from: string; to: string},
): Promise<FoundCommands> {
  const all = await details.trackers(key)
  return all.some(({url}) => url === args.from)
    ? [{verb: 'editTracker', args: {from: args.from, to: args.to}}]
    : []
}

interface TrackersMeant {
  readonly hosts?: readonly string[]
  readonly messages?: readonly string[]
}

/**
 * Never all that are asked: without a tracker nobody finds it any more, and one that is dead now may be back. Of hosts
 * and messages, where both are named, both have to fit.
 */
async function trackersOff({key, details}: DetailsOfOne, params: TrackersMeant): Promise<FoundCommands> {
  const all = (await details.trackers(key)).filter(({url}) => hostOf(url) !== '')
  const meant = all.filter((tracker) => isMeant(tracker, params))
  const isAsked = ({status}: (typeof all)[number]) => status !== 'disabled'
  const isLeft = all.some((tracker) => isAsked(tracker) && !meant.includes(tracker))
  const kept = isLeft ? undefined : (meant.find(isAsked) ?? meant[0])
  const urls = meant.filter((tracker) => tracker !== kept).map(({url}) => url)
  return urls.length === 0 ? [] : [{verb: 'removeTrackers', args: {urls}}]
}

/** What one that works says beside is no reason. */
function isMeant({url, status, message}: Pick<Tracker, 'url' | 'status' | 'message'>, meant: TrackersMeant) {
  const {hosts, messages} = meant
  if (!hosts && !messages) return false
  return (!hosts || isOfHosts(url, hosts)) && (!messages || (status !== 'working' && says(message, messages)))
}

/** '' = it is no address: DHT, PeX. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

/** `*.domain` means all hosts below it. */
function isOfHosts(url: string, hosts: readonly string[]): boolean {
  const host = hostOf(url)
  return hosts.some((it) => (it.startsWith('*.') ? host.endsWith(it.slice(1)) : host === it.toLowerCase()))
}

function says(message: string, parts: readonly string[]): boolean {
  return parts.some((part) => message.toLowerCase().includes(part.toLowerCase()))
}

interface Limits {
  readonly down?: number | null | 'inherit'
  readonly up?: number | null | 'inherit'
  readonly ratio?: Limit
  readonly seedTime?: Limit
  readonly idle?: Limit
}

function limits({down, up, ratio, seedTime, idle}: Limits): ActionTarget {
  // A torrent without a speed limit of its own is under that of its server.
  const own = (speed: number | null | 'inherit') => (speed === 'inherit' ? null : speed)
  const commands: AnyTorrentCommand[] = []
  if (down !== undefined || up !== undefined) {
    const args = {...(down !== undefined && {down: own(down)}), ...(up !== undefined && {up: own(up)})}
    commands.push({verb: 'setSpeedLimits', args})
  }
  if (ratio !== undefined || seedTime !== undefined || idle !== undefined)
    commands.push({verb: 'setShareLimits', args: {ratio, seedingTime: seedTime, idleTime: idle}})
  return {to: 'server', commands}
}

function server(command: AnyTorrentCommand): ActionTarget {
  return {to: 'server', commands: [command]}
}

function lookUp(commands: (one: DetailsOfOne) => Promise<FoundCommands>): ActionTarget {
  return {to: 'lookUp', commands}
}

/** Of a section of the configuration, or a set of ours; `null` = there is none of this name. */
type FileRulesOf = (set: string, key: TorrentKey) => FileRules | null

/** What actions of rules have to know of a torrent before it is known what they ask of its server. */
export function actionDetails(
  details: Pick<TorrentReader, 'files' | 'trackers'>,
  servers: {get(id: ServerId): Pick<ServerView, 'categories' | 'features'> | null},
  moves: Pick<MoveSpace, 'objection'>,
  fileRules: FileRulesOf,
  turns: TimeSlice,
): ActionDetails {
  return {
    async filesMeant(key, {set, patterns, to}) {
      const rules = typeof set === 'string' ? fileRules(set, key) : null
      if (typeof set === 'string' && rules === null)
        throw new BadArgument(`There are no file patterns of the name ${set}.`, {set})
      const meant = [...(rules ? [rules] : []), ...(patterns ? [ofNames(patterns as readonly string[])] : [])]
      const files = await details.files(key)
      const found = await foundBy(meant, files, turns)
      return files.filter(({index, priority}) => found.has(index) && priority !== to).map(({index}) => index)
    },
    files: (key) => details.files(key),
    trackers: (key) => details.trackers(key),
    categoryPath: (id, name) =>
      servers.get(id)?.categories.find((category) => category.name === name)?.savePath || null,
    announcesApart: (id) =>
      servers.get(id)?.features?.reannounce.support === 'limited' ? 2 * MINUTE : MINUTE,
    objectionToMove: async (key, path) => (await moves.objection(key, path))?.message ?? null,
  }
}

async function foundBy(
  meant: readonly FileRules[],
  files: readonly TorrentFile[],
  turns: TimeSlice,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>()
  // How it is now is no matter of whether it is meant.
  const asWanted = files.map((file) => ({...file, priority: 'normal' as const}))
  for (const one of meant) {
    const {excluded} = await new FilePatterns(one).evaluate(asWanted, turns)
    for (const {index} of excluded) found.add(index)
  }
  return found
}

function ofNames(patterns: readonly string[]): FileRules {
  return {
    CaseSensitiveMatches: false,
    FolderExclusionRegex: [],
    FileExtensionAllowlist: [],
    FileNameExclusionRegex: patterns,
  }
}
