/** Stories as they travel: as whoever reads them may see what they tell of. */
import type {z} from 'zod'
import type {ActionView} from '#executor/action.ts'
import type {AuditEntry} from '#journal/audit.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {outcomeOf, type EntryOutcome} from '#journal/outcomes.ts'
import type {Happening, Story} from '#journal/stories.ts'
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Sharing} from '#registry/owned/sharing.ts'
import type {StorySchema, WholeStorySchema} from '../schemas/activity.ts'
import type {Scope} from '../scope/scope.ts'
import {shortArgs} from './action-rows.ts'
import {wireJournalEntry} from './audit-rows.ts'
import {reasonInWords} from './reason-words.ts'

export type WireStory = z.output<typeof StorySchema>
type WireItem = z.output<typeof WholeStorySchema>['items'][number]
type WireStep = z.output<typeof WholeStorySchema>['steps'][number]

export interface StorySight {
  readonly scope: Scope
  readonly now: EpochMs
  /** What lies in the trash and can be brought back, by `trashKey`. */
  readonly trash: ReadonlyMap<string, string>
  /** Who reads them. */
  readonly reader: Pick<Actor, 'userId' | 'name'>
  /** `null` = there is no such user (any more). */
  readonly userName: (id: UserId) => string | null
  /** What he did just now. */
  readonly actions: readonly ActionView[]
}

const NAMES = 3
/** Of a story in a list so many are asked whether they can be undone. */
const LOOKED_AT = 50

/** Of what was set aside; files that belonged to no torrent go by their path. */
export function trashKey(serverId: string, hash: string | null, name: string | null): string {
  return `${serverId} ${hash ?? name ?? ''}`
}

/** What is about a server as a whole goes by its name, what is about a download of an Arr by the download. */
function nameOf({name, serverId, about}: Happening, {servers}: Scope): string | null {
  const entry = about.is === 'entry' ? about.entry : null
  if (entry?.subject === 'arr' && isOfDownload.has(entry.verb)) {
    const {title} = entry.args as {readonly title?: unknown}
    return typeof title === 'string' && title !== '' ? title : null
  }
  const isOfServer = entry?.subject === 'server' && serverId !== null
  // A stranger, who uses a link, has no name.
  return (name === '' ? null : name) ?? (isOfServer ? (servers.get(serverId)?.name ?? null) : null)
}

/** What a person has an Arr do to one download in its queue, or one that comes. */
const isOfDownload: ReadonlySet<string> = new Set(['importAnyway', 'blocklist', 'ignore', 'grab'])

/** @param place where it stands, as a word */
export function wireStory(story: Story, place: string, sight: StorySight): WireStory {
  const {kind, at, fromAt, items, count, isOpen} = story
  const [first] = items
  const {about} = first!
  const entry = about.is === 'entry' ? wireJournalEntry(about.entry, sight.scope, sight.now) : null
  const names = new Set(items.flatMap((item) => nameOf(item, sight.scope) ?? []))
  return {
    ...actorOf(first!, sight.scope),
    id: first!.id,
    place,
    at,
    from_at: fromAt,
    what: kind,
    count,
    complete: !isOpen,
    names: [...names].slice(0, NAMES),
    servers: [...story.servers].map(([id, its]) => ({server_id: id, count: its})),
    torrent: count === 1 ? torrentOf(first!, sight.scope) : null,
    verb: entry?.verb ?? (about.is === 'import' ? 'imported' : 'offline'),
    subject: entry?.subject ?? (about.is === 'import' ? 'torrent' : 'server'),
    rule_id: story.ruleId,
    arr_id: arrOf(first!, sight.scope),
    reason: entry?.decided?.reason ?? null,
    bytes: bytesOf(story),
    args: entry === null || !isCommon(items) ? {} : shownArgs(first!, entry.args, sight),
    message: entry?.message ?? null,
    began_at: about.is === 'outage' ? about.beganAt : null,
    outcomes: story.outcomes,
    undo: {
      count: items.slice(0, LOOKED_AT).filter((item) => undoOfItem(item, sight).undo !== null).length,
      action_id: actionOf(story, sight.actions),
    },
    retry: retryOf(story, sight),
  }
}

export function wireItem(item: Happening, sight: StorySight): WireItem {
  const {id, at, serverId, outcome, about} = item
  const {scope, now} = sight
  const entry = about.is === 'entry' ? wireJournalEntry(about.entry, scope, now) : null
  const key = keyOf(item)
  const {undo, why} = undoOfItem(item, sight)
  return {
    id,
    at,
    name: nameOf(item, scope),
    server_id: serverId,
    info_hash: key?.hash ?? null,
    there: key !== null && scope.fleet.rowOf(key) !== null,
    outcome,
    message: entry?.message ?? null,
    undo,
    why_not: why,
    entry,
  }
}

/** One after the other; a command that was decided, sent and confirmed at once has one step for all of it. */
export function wireSteps(entries: readonly JournalEntry[], scope: Scope): readonly WireStep[] {
  const shown = entries.filter((step, index) => {
    if (step.phase === 'intended' || step.phase === 'sending')
      return !entries.slice(index + 1).some(({id}) => id === step.id)
    return true
  })
  return shown.map(({id, at, verb, name, serverId, phase, code = null, message}) => ({
    id,
    at,
    verb,
    name,
    server_id: serverId,
    outcome: outcomeOf(phase, code),
    message: message === undefined ? null : reasonInWords(scope.paths.message(serverId, message, code)),
  }))
}

/** Whether he can undo it now. */
export function canUndo(item: Happening, sight: StorySight): boolean {
  return undoOfItem(item, sight).undo !== null
}

function undoOfItem(
  {name, about}: Happening,
  {scope, now, trash}: StorySight,
): {readonly undo: WireItem['undo']; readonly why: string | null} {
  if (about.is !== 'entry') return {undo: null, why: null}
  const {entry} = about
  const {serverId, hash} = entry
  const lies = serverId === null ? undefined : trash.get(trashKey(serverId, hash, name))
  const isRemoval = outcomeOf(entry.phase, entry.code) === 'done' && removes.test(entry.verb)
  const {undo} = wireJournalEntry(entry, scope, now)
  if (lies !== undefined && isRemoval && scope.access.may('control', serverId!))
    return {undo: {how: 'trash', id: lies, unblock: undo?.possible ? entry.id : null}, why: null}
  if (undo === null) return {undo: null, why: null}
  return undo.possible
    ? {undo: {how: 'journal', id: entry.id, unblock: null}, why: null}
    : {undo: null, why: undo.why}
}

const removes = /^(recycle|extraFiles\.recycle|orphan\.recycle|remove|removeWithData|failDownload)$/

/** The one action of his that did exactly this, and can be taken back as a whole. */
function actionOf(
  {items, count, at, fromAt, servers, isOpen}: Story,
  actions: readonly ActionView[],
): string | null {
  const [first] = items
  if (isOpen || first?.about.is !== 'entry') return null
  const {verb, args, actor} = first.about.entry
  if (actor.origin !== 'user' && actor.origin !== 'api') return null
  const did = JSON.stringify(args)
  const those = actions.filter(
    (action) =>
      action.undo.possible &&
      action.verb === verb &&
      action.count === count &&
      action.at <= fromAt &&
      (action.endedAt ?? Infinity) >= at &&
      JSON.stringify(action.args) === did &&
      action.servers.every((on) => servers.get(on.serverId) === on.count),
  )
  return those.length === 1 ? those[0]!.id : null
}

/**
 * The one action of his of which this story tells what did not work, as far as that can be tried again. All of it that
 * is not done is: the action knows each torrent of it.
 */
function retryOf({items, at, fromAt}: Story, {actions, reader}: StorySight): WireStory['retry'] {
  const [first] = items
  if (first?.about.is !== 'entry' || !hasFailed.has(first.outcome)) return null
  const {verb, args, actor} = first.about.entry
  const isOwn = actor.userId === reader.userId && actor.name === reader.name
  if (!isOwn || (actor.origin !== 'user' && actor.origin !== 'api')) return null
  const did = JSON.stringify(args)
  const keys = items.flatMap((item) => keyOf(item) ?? [])
  const those = actions.filter(
    (action) =>
      action.retryable > 0 &&
      action.verb === verb &&
      action.at <= fromAt &&
      (action.endedAt ?? Infinity) >= at &&
      JSON.stringify(action.args) === did &&
      isAbout(action, keys),
  )
  return those.length === 1 ? {action_id: those[0]!.id, count: those[0]!.retryable} : null
}

const hasFailed: ReadonlySet<EntryOutcome> = new Set<EntryOutcome>(['failed', 'held'])

/** Each of these is one that the action could not do; of very many it tells the first alone. */
function isAbout({tally}: ActionView, keys: readonly TorrentKey[]): boolean {
  const failed = new Set(tally.problems.map(({key}) => keyText(key)))
  return keys.length > 0 && (tally.omitted > 0 || keys.every((key) => failed.has(keyText(key))))
}

/** Who did it: of what nobody did here the Arr, or nobody. */
function actorOf({about}: Happening, scope: Scope): Pick<WireStory, 'actor' | 'origin'> {
  if (about.is === 'entry') return {actor: about.entry.actor.name, origin: about.entry.actor.origin}
  if (about.is === 'outage') return {actor: 'Commodarr', origin: 'system'}
  return {actor: scope.arrs.find(({id}) => id === about.arrId)?.name ?? about.arrId, origin: 'arr'}
}

/** Of those that he sees; `null` = it has to do with none of them. */
export function arrOf({about}: Happening, {arrs}: Pick<Scope, 'arrs'>): string | null {
  if (about.is === 'outage') return null
  if (about.is === 'import') return about.arrId
  const {subject, name, args} = about.entry
  const {id, arrId} = args as {readonly id?: unknown; readonly arrId?: unknown}
  const isIt = (arr: (typeof arrs)[number]) =>
    arr.id === arrId || (subject === 'arr' && (arr.id === id || arr.name === name))
  return arrs.find(isIt)?.id ?? null
}

/** `who` as filters have it. */
export function whoOf({about}: Happening): string {
  if (about.is !== 'entry') return about.is === 'import' ? 'arr' : 'system'
  const {origin, name} = about.entry.actor
  return origin === 'user' ? `user:${name}` : origin
}

function keyOf({serverId, about}: Happening): TorrentKey | null {
  if (about.is === 'import') return about.key
  if (about.is === 'outage' || serverId === null || about.entry.hash === null) return null
  return {serverId, hash: about.entry.hash}
}

function torrentOf(item: Happening, {fleet}: Scope): WireStory['torrent'] {
  const key = keyOf(item)
  return key && {server_id: key.serverId, info_hash: key.hash, there: fleet.rowOf(key) !== null}
}

function bytesOf({items, count}: Story): number | null {
  const all = items.map(({about}) => (about.is === 'entry' ? (about.entry.decided?.bytes ?? null) : null))
  return items.length < count || all.includes(null) ? null : all.reduce<number>((sum, it) => sum + it!, 0)
}

/** With whom something is shared only who shared it reads, and administrators; of many files the first. */
function shownArgs(
  {about}: Happening,
  args: WireStory['args'],
  {scope, reader, userName}: StorySight,
): WireStory['args'] {
  if (about.is !== 'entry' || about.entry.verb !== 'share' || about.entry.subject === 'view')
    return shortArgs(args) as WireStory['args']
  const {actor} = about.entry
  const isOwn = actor.userId !== null && actor.userId === reader.userId
  const {everyone, users} = about.entry.args as Partial<Sharing>
  if (!isOwn && !scope.access.permits('admin')) return {everyone}
  return {everyone, users: (users ?? []).map(({userId}) => userName(userId) ?? 'a user who is gone')}
}

function isCommon(items: readonly Happening[]): boolean {
  const said = items.map(({about}) => (about.is === 'entry' ? argsText(about.entry) : ''))
  return said.every((it) => it === said[0])
}

function argsText({args}: AuditEntry): string {
  return JSON.stringify(args)
}
