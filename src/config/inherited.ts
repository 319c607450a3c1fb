/**
 * Was a file written by the program before us? Its version tells, and every section, key and placeholder that only it
 * writes: files of v2 to v5.4 have no version. What our own pages write tells only when much of it stands in one section.
 * Source: qBitrr.
 */
import type {Environment} from './config.ts'
import {isTable, type RawTable} from './document/document.ts'
import {isPlaceholder} from './schema/fields.ts'
import {arrShape, ownSearchShape} from './schema/schema-arrs.ts'
import {arrAppOf} from './schema/sections.ts'

const inSettings = [
  'ConfigVersion',
  'FFprobeAutoUpdate',
  'AutoUpdateEnabled',
  'AutoUpdateCron',
  'AutoUpdateChannel',
  'SearchLoopDelay',
  ...['Host', 'Port', 'Token'].flatMap((key) => [key, `WebUI${key}`]),
]
const inWebUi = ['LiveArr', 'Theme', 'ViewDensity', 'GroupSonarr', 'GroupLidarr', 'SecureCookies']
const ofOldProfiles = ['MainQualityProfile', 'TempQualityProfile']
const ofArrs = [
  'ReSearch',
  'importMode',
  'RssSyncTimer',
  'RefreshDownloadsTimer',
  'ArrErrorCodesToBlocklist',
  'EntrySearch',
  'Torrent',
]
/**
 * Who writes one of these by hand has the documentation of qBitrr before them. Where our pages wrote it the file counts as
 * inherited from then on: more rules ask before they remove something.
 */
const oursToo: ReadonlySet<string> = new Set([
  'ForceMinimumCustomFormat',
  'CustomFormatUnmetSearch',
  ...Object.keys(ownSearchShape),
])
const searchKeys = Object.keys(arrShape.EntrySearch.shape).filter((key) => !oursToo.has(key))
/** So many of the keys above in one section nobody changes one by one. */
const MANY = 4

/** How it spelled `[qBit]` up to v3.2. */
const ofOld = /^QBit(-|$)/

/** Its own; the others only say how a container runs. */
const variables = /^QBITRR_(SETTINGS|QBIT|OVERRIDES_(SEARCH|PROCESSING)_ONLY)/

/** @param root the document as it was parsed, before anything of it was read otherwise */
export function isInheritedFile(root: RawTable, env: Environment): boolean {
  const names = Object.keys(root)
  return (
    names.some((name) => ofOld.test(name) || name.startsWith('Animarr')) ||
    hasAny(root['Settings'], inSettings) ||
    hasAny(root['WebUI'], inWebUi) ||
    hasAny(tableIn(root['WebUI'], 'OIDC'), inWebUi) ||
    names.some((name) => arrAppOf(name) !== null && isArrOfOld(root[name])) ||
    anyValue(root, isPlaceholder) ||
    anyKey(root, 'HitAndRunClearMode') ||
    Object.keys(env).some((name) => variables.test(name) && (env[name] ?? '').trim() !== '')
  )
}

/**
 * Surely from the program before us: by its version, or by `[QBit]` of files that are older than versions. Our pages write
 * neither, whatever people change on them. Files of v4 to v5.4 have neither as well.
 */
export function isWrittenByQbitrr(root: RawTable): boolean {
  return hasAny(root['Settings'], ['ConfigVersion']) || Object.keys(root).some((name) => ofOld.test(name))
}

function isArrOfOld(section: unknown): boolean {
  if (!isTable(section)) return false
  const seeding = tableIn(tableIn(section, 'Torrent'), 'SeedingMode')
  return (
    ofArrs.filter((key) => Object.hasOwn(section, key)).length >= MANY ||
    hasAny(tableIn(section, 'EntrySearch'), [...ofOldProfiles, ...searchKeys]) ||
    hasAny(seeding, ['HitAndRunMode'])
  )
}

function hasAny(table: unknown, keys: readonly string[]): boolean {
  return isTable(table) && keys.some((key) => Object.hasOwn(table, key))
}

function tableIn(table: unknown, key: string): unknown {
  return isTable(table) ? table[key] : undefined
}

function anyValue(value: unknown, test: (value: unknown) => boolean): boolean {
  if (Array.isArray(value)) return value.some((item) => anyValue(item, test))
  return isTable(value) ? Object.values(value).some((item) => anyValue(item, test)) : test(value)
}

function anyKey(value: unknown, key: string): boolean {
  if (Array.isArray(value)) return value.some((item) => anyKey(item, key))
  return (
    isTable(value) && (Object.hasOwn(value, key) || Object.values(value).some((inner) => anyKey(inner, key)))
  )
}
