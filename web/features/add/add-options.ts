/**
 * Options of an addition: as the form has them, as they travel, as presets keep them, and which of them the chosen
 * servers have. Pure.
 */
import type {FilePriority} from '#model/command.ts'
import type {AddBody} from '../../api/adding.ts'
import type {Preferences} from '../../api/preferences.ts'
import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'

export const startModes = ['start', 'stopped', 'metadata', 'filesChecked'] as const
export type StartMode = (typeof startModes)[number]
export const layouts = ['as-server', 'original', 'subfolder', 'noSubfolder'] as const
export type Layout = (typeof layouts)[number]

export interface AddOptions {
  /** '' = none. */
  readonly category: string
  readonly tags: readonly string[]
  /** '' = by the category, or as the server has it. */
  readonly savePath: string
  readonly start: StartMode
  readonly layout: Layout
  readonly sequential: boolean
  readonly firstLast: boolean
  readonly skipCheck: boolean
  /** bytes/s; `null` = no limit of its own. */
  readonly downLimit: number | null
  readonly upLimit: number | null
  readonly ratioLimit: number | null
  /** Seconds. */
  readonly seedingTime: number | null
}

export const standardOptions: AddOptions = {
  category: '',
  tags: [],
  savePath: '',
  start: 'start',
  layout: 'as-server',
  sequential: false,
  firstLast: false,
  skipCheck: false,
  downLimit: null,
  upLimit: null,
  ratioLimit: null,
  seedingTime: null,
}

/** @param isSelecting files are chosen before it starts: then it is added stopped */
export function sentOptions(options: AddOptions, isSelecting: boolean): AddBody {
  const {category, tags, savePath, start, layout, downLimit, upLimit, ratioLimit, seedingTime} = options
  return {
    start: !isSelecting && start !== 'stopped',
    ...(category !== '' && {category}),
    ...(tags.length > 0 && {tags: [...tags]}),
    ...(savePath.trim() !== '' && {save_path: savePath.trim()}),
    ...(!isSelecting && (start === 'metadata' || start === 'filesChecked') && {stop_condition: start}),
    ...(layout !== 'as-server' && {content_layout: layout}),
    ...(options.sequential && {sequential: true}),
    ...(options.firstLast && {first_last: true}),
    ...(options.skipCheck && {skip_check: true}),
    ...(downLimit !== null && {down_limit: Math.max(1, Math.round(downLimit))}),
    ...(upLimit !== null && {up_limit: Math.max(1, Math.round(upLimit))}),
    ...(ratioLimit !== null && {ratio_limit: ratioLimit}),
    ...(seedingTime !== null && {seeding_time_limit: Math.round(seedingTime)}),
  }
}

/** Out of a preset: what is not understood has its standard value. */
export function readOptions(kept: Readonly<Record<string, unknown>>): AddOptions {
  const result: Record<string, unknown> = {...standardOptions}
  for (const [name, standard] of Object.entries(standardOptions)) {
    const value = kept[name]
    if (isOfKind(name, value, standard)) result[name] = value
  }
  return result as unknown as AddOptions
}

function isOfKind(name: string, value: unknown, standard: unknown): boolean {
  if (name === 'start') return (startModes as readonly unknown[]).includes(value)
  if (name === 'layout') return (layouts as readonly unknown[]).includes(value)
  if (Array.isArray(standard)) return Array.isArray(value) && value.every((it) => typeof it === 'string')
  if (standard === null) return value === null || (typeof value === 'number' && value >= 0)
  return typeof value === typeof standard
}

type Presets = Preferences['add.presets']

/** The same name again is the same preset, changed. */
export function withPreset(presets: Presets, name: string, options: AddOptions): Presets {
  const kept = {name, options: differing(options)}
  return [...withoutPreset(presets, name), kept].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export function withoutPreset(presets: Presets, name: string): Presets {
  return presets.filter((it) => it.name !== name)
}

/** `null` = there is none of that name. */
export function presetOptions(presets: Presets, name: string): AddOptions | null {
  const found = presets.find((it) => it.name === name)
  return found ? readOptions(found.options) : null
}

/** The preset that the form is at; `null` = none. */
export function presetNow(presets: Presets, options: AddOptions): string | null {
  const now = JSON.stringify(options)
  return presets.find((it) => JSON.stringify(readOptions(it.options)) === now)?.name ?? null
}

/** Only what somebody chose, so that a new option has its standard value in old presets. */
function differing(options: AddOptions): Readonly<Record<string, unknown>> {
  const standard = standardOptions as unknown as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(standard[name]),
    ),
  )
}

/** Why an option cannot be used, by the first server that does not have it; `undefined` = all have it. */
export function reasonAgainst(
  feature: string,
  servers: readonly Pick<ServerDetail, 'server_name' | 'features'>[],
): string | undefined {
  for (const {server_name: name, features} of servers) {
    const found = features?.find((it) => it.name === feature)
    if (found?.support === 'none') return text('add.not-on', {name, reason: found.reason})
  }
  return undefined
}

/** The same of a priority of files: kinds differ in which they have. */
export function reasonAgainstPriority(
  priority: FilePriority,
  servers: readonly Pick<ServerDetail, 'server_name' | 'features'>[],
): string | undefined {
  for (const {server_name: name, features} of servers) {
    const found = features?.find((it) => it.name === 'setFilePriority')
    if (found?.takes?.includes(priority) === false) return text('add.not-on', {name, reason: found.reason})
  }
  return undefined
}
