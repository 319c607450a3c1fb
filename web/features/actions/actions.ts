/**
 * Everything that can be done to torrents: one list for menus, the ledger, the palette and keys. What is sent at once
 * can be undone or does no harm; everything else opens a dialog first.
 */
import {
  ArrowDownToLine,
  ArrowLeftRight,
  ArrowUpToLine,
  Copy,
  CopyCheck,
  FileDown,
  FlipVertical,
  Folder,
  FolderInput,
  Gauge,
  Hash,
  ListOrdered,
  Magnet,
  Megaphone,
  MoveDown,
  MoveUp,
  PenLine,
  Play,
  RefreshCw,
  Route,
  Shuffle,
  SignalHigh,
  SignalLow,
  SignalMedium,
  Square,
  SquareDashedMousePointer,
  Tag,
  Trash2,
  Zap,
  type LucideIcon,
} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import type {ActionVerb, SelectionFigures} from '../../api/actions.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'
import {partsOf} from '../torrent-rows/selection.ts'
import type {CommonColumn} from './selected-facts.ts'
import {hasTooManyNames, LISTED_AT_MOST, type ActionTarget} from './target.ts'

export type DialogName =
  | 'delete'
  | 'category'
  | 'tags'
  | 'location'
  | 'copyTo'
  | 'moveTo'
  | 'limits'
  | 'rename'
  | 'trackers'
  | 'priority'

export type CopyKind = 'name' | 'hash' | 'magnet' | 'path'

type ActionDoes =
  | {readonly kind: 'send'; readonly args?: Readonly<Record<string, unknown>>}
  /** On where it is off, off where it is on. */
  | {readonly kind: 'switch'; readonly column: CommonColumn}
  | {readonly kind: 'start or stop'}
  | {readonly kind: 'dialog'; readonly dialog: DialogName}
  | {readonly kind: 'copy'; readonly copy: CopyKind}
  | {readonly kind: 'export'}

export interface ActionDefinition {
  /** Stable: people's own keys are kept by it. */
  readonly id: string
  /** By which verb its possibility is judged; `null` = nothing is sent. */
  readonly verb: ActionVerb | null
  readonly label: TextKey
  readonly icon: LucideIcon
  /** As tinykeys writes them. */
  readonly keys: readonly string[]
  readonly does: ActionDoes
  /** Of one torrent alone. */
  readonly isOfOne?: boolean
  readonly danger?: boolean
}

const sent = (verb: ActionVerb, label: TextKey, icon: LucideIcon, keys: string[] = []): ActionDefinition => ({
  id: `torrents ${verb}`,
  verb,
  label,
  icon,
  keys,
  does: {kind: 'send'},
})

const asks = (
  dialog: DialogName,
  verb: ActionVerb,
  label: TextKey,
  icon: LucideIcon,
  keys: string[] = [],
): ActionDefinition => ({id: `torrents ${dialog}`, verb, label, icon, keys, does: {kind: 'dialog', dialog}})

const switches = (
  verb: ActionVerb,
  column: CommonColumn,
  label: TextKey,
  icon: LucideIcon,
): ActionDefinition => ({id: `torrents ${verb}`, verb, label, icon, keys: [], does: {kind: 'switch', column}})

const copies = (copy: CopyKind, label: TextKey, icon: LucideIcon, keys: string[] = []): ActionDefinition => ({
  id: `torrents copy ${copy}`,
  verb: null,
  label,
  icon,
  keys,
  does: {kind: 'copy', copy},
})

const queues = (
  to: 'top' | 'up' | 'down' | 'bottom',
  label: TextKey,
  icon: LucideIcon,
): ActionDefinition => ({
  id: `torrents queue ${to}`,
  verb: 'moveInQueue',
  label,
  icon,
  keys: [],
  does: {kind: 'send', args: {to}},
})

const weighs = (
  priority: 'off' | 'low' | 'normal' | 'high',
  label: TextKey,
  icon: LucideIcon,
): ActionDefinition => ({
  id: `torrents priority ${priority}`,
  verb: 'setPriority',
  label,
  icon,
  keys: [],
  does: {kind: 'send', args: {priority}},
})

export const actions = {
  startOrStop: {
    id: 'torrents start or stop',
    verb: 'stop',
    label: 'action.start-or-stop',
    icon: Play,
    keys: ['s'],
    does: {kind: 'start or stop'},
  },
  start: sent('start', 'action.start', Play),
  stop: sent('stop', 'action.stop', Square),
  forceStart: sent('forceStart', 'action.force-start', Zap, ['Shift+S']),
  recheck: sent('recheck', 'action.recheck', RefreshCw, ['r']),
  reannounce: sent('reannounce', 'action.reannounce', Megaphone, ['a']),
  category: asks('category', 'setCategory', 'action.category', Folder, ['c']),
  tags: asks('tags', 'addTags', 'action.tags', Tag, ['t']),
  limits: asks('limits', 'setSpeedLimits', 'action.limits', Gauge, ['l']),
  location: asks('location', 'setLocation', 'action.location', FolderInput, ['m']),
  // Whoever may have it checked may have it copied.
  copyTo: asks('copyTo', 'recheck', 'action.copy-to', Copy, ['Shift+C']),
  moveTo: asks('moveTo', 'recheck', 'action.move-to', ArrowLeftRight, ['Shift+M']),
  rename: {...asks('rename', 'rename', 'action.rename', PenLine, ['e']), isOfOne: true},
  trackers: asks('trackers', 'addTrackers', 'action.trackers', Route),
  priority: asks('priority', 'setPriority', 'action.priority', SignalMedium, ['p']),
  priorityHigh: weighs('high', 'action.priority.high', SignalHigh),
  priorityNormal: weighs('normal', 'action.priority.normal', SignalMedium),
  priorityLow: weighs('low', 'action.priority.low', SignalLow),
  queueTop: queues('top', 'action.queue.top', ArrowUpToLine),
  queueUp: queues('up', 'action.queue.up', MoveUp),
  queueDown: queues('down', 'action.queue.down', MoveDown),
  queueBottom: queues('bottom', 'action.queue.bottom', ArrowDownToLine),
  sequential: switches('setSequential', 'sequential', 'action.sequential', ListOrdered),
  firstLast: switches('setFirstLast', 'first_last', 'action.first-last', FlipVertical),
  superSeeding: switches('setSuperSeeding', 'super_seeding', 'action.super-seeding', Shuffle),
  autoManaged: switches('setAutoManaged', 'auto_managed', 'action.auto-managed', SquareDashedMousePointer),
  copyName: copies('name', 'action.copy-name', Copy),
  copyMagnet: copies('magnet', 'action.copy-magnet', Magnet, ['y']),
  copyHash: copies('hash', 'action.copy-hash', Hash, ['Shift+Y']),
  copyPath: copies('path', 'action.copy-path', CopyCheck),
  export: {
    id: 'torrents export',
    verb: null,
    label: 'action.export',
    icon: FileDown,
    keys: [],
    does: {kind: 'export'},
  },
  delete: {
    id: 'torrents delete',
    verb: 'remove',
    label: 'action.delete',
    icon: Trash2,
    keys: ['Delete'],
    does: {kind: 'dialog', dialog: 'delete'},
    danger: true,
  },
} as const satisfies Readonly<Record<string, ActionDefinition>>

export type ActionName = keyof typeof actions
export const actionNames = Object.keys(actions) as ActionName[]

// Whether an action can be done to what is chosen, in words.

/** Why nothing can be done to the whole of it; `null` = something may. @param isGone Commodarr is not there */
export function objectionTo(target: ActionTarget, isGone: boolean): string | null {
  if (isGone) return text('result.not-sent')
  return hasTooManyNames(target) ? text('action.too-many-names', {most: count(LISTED_AT_MOST)}) : null
}

/** Copying and exporting ask for each torrent: so many at most. */
const copiedAtMost = 500
const exportedAtMost = 20

interface Ability {
  /** Why it cannot be done to any; `null` = it can. */
  readonly reason: string | null
  /** "for 11 of 12": some cannot take it; `null` = all can, or it is not known yet. */
  readonly part: string | null
}

/** As far as abilities go. */
export type AbilityFigures = Pick<SelectionFigures, 'abilities' | 'count' | 'servers'>

type Reasons = SelectionFigures['abilities'][number]['reasons']

const free: Ability = {reason: null, part: null}

/** @param figures `null` = not known yet: then nothing is held back, the server judges anyway. */
export function abilityOf(
  action: ActionDefinition,
  selected: number,
  figures: AbilityFigures | null,
): Ability {
  if (action.isOfOne && selected > 1) return off(text('action.of-one'))
  if (action.does.kind === 'copy' && selected > copiedAtMost) return tooMany(copiedAtMost)
  if (action.does.kind === 'export' && selected > exportedAtMost) return tooMany(exportedAtMost)
  const ability = figures?.abilities.find(({verb}) => verb === action.verb)
  if (!figures || !ability) return free
  if (figures.count === 0) return off(text('action.gone'))
  if (ability.possible === 0) return off(reasonWords(ability.reasons, figures))
  if (ability.possible === figures.count) return free
  const part = text('action.part', {possible: count(ability.possible), of: count(figures.count)})
  return {reason: null, part}
}

/** Why they cannot take it, and whom to ask where he may only look. */
export function reasonWords(reasons: Reasons, {servers}: Pick<SelectionFigures, 'servers'>): string {
  const words = reasons.map(({code, message, servers: ids}) =>
    code === 'forbidden' ? lookOnlyWords(servers.filter(({server_id: id}) => ids.includes(id))) : message,
  )
  return words.join(' ')
}

/**
 * Why he can do nothing with any of them but look; `null` = he may, or it is not known yet.
 * @param figures `null` = not known yet: then it follows from the servers, without whom to ask
 */
export function whyLookOnly(
  target: ActionTarget,
  figures: AbilityFigures | null,
  servers: readonly AccessTo[] | null,
): string | null {
  if (figures === null) return whyLookOnlyAt(target, servers ?? [])
  const isForbidden = figures.abilities.every(
    ({possible, reasons}) => possible === 0 && reasons.every(({code}) => code === 'forbidden'),
  )
  const [first] = figures.abilities
  return isForbidden && first && figures.count > 0 ? reasonWords(first.reasons, figures) : null
}

type AccessTo = Pick<LiveServer, 'server_id' | 'server_name' | 'access'>

function whyLookOnlyAt(target: ActionTarget, servers: readonly AccessTo[]): string | null {
  const ids = serversOf(target)
  const at = servers.filter(({server_id: id}) => ids === null || ids.has(id))
  if (at.length === 0 || at.some(({access}) => access !== 'view')) return null
  return lookOnlyWords(at.map(({server_name}) => ({server_name, owner: null})))
}

/** Beyond these it has none; `null` = on any in sight. */
function serversOf(target: ActionTarget): ReadonlySet<string> | null {
  if (target.kind === 'some') return new Set([...target.names].map((name) => partsOf(name).server_id))
  return target.servers === null ? null : new Set(target.servers)
}

/** "You can look at nas but not change it. Ask Mara, who owns it." @param owner `null` = nobody's own, or not told */
export function viewOnlyWords(server: string, owner: string | null): string {
  const words = text('action.look-only', {server})
  return owner === null ? words : `${words} ${text('server.ask-owner', {owner})}`
}

/** Of so many servers each has its sentence. */
const NAMED = 2

function lookOnlyWords(
  servers: readonly Pick<SelectionFigures['servers'][number], 'server_name' | 'owner'>[],
): string {
  if (servers.length > NAMED) return text('action.look-only-several', {count: servers.length})
  return servers.map(({server_name: name, owner}) => viewOnlyWords(name, owner)).join(' ')
}

function off(reason: string): Ability {
  return {reason, part: null}
}

function tooMany(most: number): Ability {
  return off(text('action.at-most', {most: count(most)}))
}
