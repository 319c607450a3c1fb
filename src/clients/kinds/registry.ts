import type {AdditionDefaults} from '#model/command.ts'
import type {DefaultFolders} from '#model/server.ts'
import {clientKinds, type ServerKind} from './kinds.ts'
import type {ClientDeps, TorrentClient} from '../port.ts'
import {DelugeClient} from '../deluge/client.ts'
import {ownerPreferences as ofDeluge} from '../deluge/preferences.ts'
import {QbittorrentClient} from '../qbittorrent/client.ts'
import {ownerPreferences as ofQbittorrent} from '../qbittorrent/preferences.ts'
import {RtorrentClient} from '../rtorrent/client.ts'
import {ownerPreferences as ofRtorrent} from '../rtorrent/preferences.ts'
import {TransmissionClient} from '../transmission/client.ts'
import {snakeName} from '../transmission/names.ts'
import {ownerPreferences as ofTransmission} from '../transmission/preferences.ts'

type Maker = (parts: ClientDeps) => TorrentClient

/** One line per kind: where a fifth client is added (see README.md of this room). */
const makers: {readonly [K in ServerKind]: Maker} = {
  qbittorrent: (parts) => new QbittorrentClient(parts),
  transmission: (parts) => new TransmissionClient(parts),
  rtorrent: (parts) => new RtorrentClient(parts),
  deluge: (parts) => new DelugeClient(parts),
}

export function createClient(parts: ClientDeps): TorrentClient {
  return makers[parts.definition.kind](parts)
}

/** May whoever manages a server change this setting of its daemon? By the names that the daemon takes. */
const isOwners: {readonly [K in ServerKind]: (name: string) => boolean} = {
  qbittorrent: (name) => ofQbittorrent.has(name),
  // It takes each name in any of its spellings.
  transmission: (name) => ofTransmission.has(snakeName(name)),
  rtorrent: (name) => ofRtorrent.has(name),
  deluge: (name) => ofDeluge.has(name),
}

/** The right that a setting of a daemon takes; a name that is not listed takes an administrator. */
export function preferenceNeeds(kind: ServerKind, name: string): 'manage' | 'admin' {
  return isOwners[kind](name) ? 'manage' : 'admin'
}

/**
 * Settings by which a server of this kind moves or renames files of torrents that it has; `null` = none. What has another type
 * is read as Qt's `QVariant` reads it: 1 and "true" turn the folder of what is not complete on.
 */
export function foldersIn(
  kind: ServerKind,
  values: Readonly<Record<string, unknown>>,
): DefaultFolders | null {
  const {movedBySettings: names, renamedBySettings = []} = clientKinds[kind].files
  if (names === undefined) return null
  const renames = renamedBySettings.some((name) => values[name] !== undefined)
  const {[names.savePath]: saves, [names.incompletePath]: keeps, [names.usesIncompletePath]: isOn} = values
  const folders = {
    ...(saves !== undefined && {savePath: textIn(saves)}),
    ...(keeps !== undefined && {incompletePath: textIn(keeps)}),
    ...(isOn !== undefined && {usesIncompletePath: yesNoIn(isOn)}),
    ...(renames && {renamesUnfinished: true as const}),
  }
  return Object.keys(folders).length === 0 ? null : folders
}

/** Whether these settings of a server of this kind are share limits for all of its torrents. @param values what changes */
export function setsLimits(kind: ServerKind, values: Readonly<Record<string, unknown>>): boolean {
  const isLess = (value: unknown) => value === undefined || value === false || Number(value) < 0
  return clientKinds[kind].files.endedBySettings?.limits.some((name) => !isLess(values[name])) ?? false
}

/**
 * Whether a server of this kind may delete files of torrents by these settings, as they reach a share limit that they set.
 * @param values what changes; what only switches a limit off ends nothing
 * @param then all of its settings with that; what it does not tell may be anything
 */
export function mayEndFiles(
  kind: ServerKind,
  values: Readonly<Record<string, unknown>>,
  then: Readonly<Record<string, unknown>>,
): boolean {
  const {endedBySettings: names} = clientKinds[kind].files
  if (names === undefined || names.spares.includes(Number(then[names.action] ?? Number.NaN))) return false
  return values[names.action] !== undefined || setsLimits(kind, values)
}

/**
 * What a server of this kind decides of an addition that leaves it open.
 * @param values its settings; what it does not report is as it is installed
 * @returns `null` = its settings decide nothing
 */
export function additionDefaults(
  kind: ServerKind,
  values: Readonly<Record<string, unknown>>,
): AdditionDefaults | null {
  const {addedBySettings: names} = clientKinds[kind].files
  if (names === undefined) return null
  const {savePath, byCategory, layout, completed} = names
  return {
    savePath: textIn(values[savePath]) || null,
    isAutomatic: byCategory !== undefined && yesNoIn(values[byCategory.automatic]),
    usesCategoryFolders: byCategory !== undefined && yesNoIn(values[byCategory.categoryFolders]),
    contentLayout: (layout && layout.values[textIn(values[layout.name])]) ?? 'original',
    ...(completed && {
      completedPath: yesNoIn(values[completed.isOn]) ? absoluteIn(values[completed.path]) : null,
    }),
  }
}

/** `null` = no folder that could be compared: nothing is moved there. */
function absoluteIn(value: unknown): string | null {
  const path = textIn(value)
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path) ? path : null
}

/** Folders that a server of this kind writes to or watches itself, as it writes them. @param values its settings */
export function ownFoldersIn(kind: ServerKind, values: Readonly<Record<string, unknown>>): readonly string[] {
  return clientKinds[kind].files.ownFolders.flatMap((name) => {
    const value = values[name]
    if (typeof value === 'string') return value === '' ? [] : [value]
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  })
}

/** '' = a folder of which nothing can be said. */
function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function yesNoIn(value: unknown): boolean {
  return typeof value === 'string' ? !/^(?:|0|false)$/i.test(value) : Boolean(value)
}
