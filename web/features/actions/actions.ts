/**
 * Everything that can be done to torrents: one list for menus, the ledger, the palette and keys. What is sent at once
 * can be undone or does no harm; everything else opens a dialog first.
 */
import {
  ArrowDownToLine,
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
import type {ActionVerb} from '../../api/actions.ts'
import type {TextKey} from '../../i18n/text.ts'
import type {CommonColumn} from './dialogs/chosen-facts.ts'

export type DialogName =
  | 'delete'
  | 'category'
  | 'tags'
  | 'location'
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
