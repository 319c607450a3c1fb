/**
 * The checks that an Arr makes of itself. What one found stays as it is until that check runs again: with the command
 * CheckHealth and every six hours all of them do, after some events those that have to do with them. Who asks for the
 * health gets what was found last. Source: protocol notes §10, §12; Radarr's HealthCheckService.
 */
import {existsSync, readdirSync} from 'node:fs'
import {mapped, type Arr, type ArrClient, type IndexerState, type LibraryDisk} from './arr.ts'
import {isBlocked, isEnabled} from './indexer-state.ts'
import {healthPayload} from './payloads.ts'

export interface HealthItem {
  readonly source: CheckName
  readonly type: 'warning' | 'error'
  /** Of Sonarr's v5 API: which of its meanings; of the others the end of `wikiUrl` tells it. */
  readonly reason: string
  readonly message: string
  readonly wikiUrl: string
}

type Finding = Omit<HealthItem, 'source' | 'wikiUrl'> & {readonly anchor: string}
type Check = (arr: Arr) => Finding | null | Promise<Finding | null>

const MINUTE = 60_000
/** So long after a start nobody is told what is red. */
const GRACE = 15 * MINUTE
/** A client that fails for so long is left alone for a while. */
const UNTIL_BLOCKED = 5 * MINUTE
const SOON = 5_000

const checks = {
  DownloadClientCheck: downloadClients,
  DownloadClientStatusCheck: blockedClients,
  ImportMechanismCheck: importMechanism,
  IndexerLongTermStatusCheck: indexerLongTermStatus,
  IndexerRssCheck: feeds,
  IndexerSearchCheck: searches,
  IndexerStatusCheck: indexerStatus,
  MountCheck: libraryMount,
  RemotePathMappingCheck: remotePaths,
  RootFolderCheck: rootFolder,
} as const satisfies Record<string, Check>
export type CheckName = keyof typeof checks

export const clientChecks: readonly CheckName[] = ['DownloadClientCheck', 'DownloadClientStatusCheck']
export const mappingChecks: readonly CheckName[] = ['RemotePathMappingCheck', ...clientChecks]
export const indexerChecks: readonly CheckName[] = [
  'IndexerLongTermStatusCheck',
  'IndexerRssCheck',
  'IndexerSearchCheck',
  'IndexerStatusCheck',
]
/** What follows from settings and from what indexers did: found again whenever somebody looks, kinder than real ones. */
const quickChecks: readonly CheckName[] = ['ImportMechanismCheck', ...indexerChecks]
const allChecks = Object.keys(checks) as readonly CheckName[]

/** Runs these, all by default, and says that it did, whether anything changed or not. */
export async function check(arr: Arr, names: readonly CheckName[] = allChecks): Promise<void> {
  for (const name of names) {
    const found = await checks[name](arr)
    if (found === null) restored(arr, name)
    else failed(arr, itemOf(arr, name, found))
  }
  arr.live.send('health', 'sync')
}

/** A moment later, once for all that happened meanwhile. */
export function checkSoon(arr: Arr, names: readonly CheckName[]): void {
  for (const name of names) arr.checksDue.add(name)
  if (arr.checkIsDue) return
  arr.checkIsDue = true
  arr.time.after(SOON, () => {
    arr.checkIsDue = false
    const due = allChecks.filter((name) => arr.checksDue.has(name))
    arr.checksDue.clear()
    void check(arr, due)
  })
}

/** Does it see its downloads, and its library? What is red already is not looked at again, but for the library. */
export function checkAfterImport(arr: Arr, hasFailed: boolean): void {
  const names: CheckName[] = hasFailed ? ['RemotePathMappingCheck', 'RootFolderCheck'] : ['RootFolderCheck']
  checkSoon(
    arr,
    names.filter((name) => arr.health.has(name) !== hasFailed),
  )
}

/** As it was found last. */
export async function healthOf(arr: Arr): Promise<readonly HealthItem[]> {
  for (const name of quickChecks) {
    const found = await checks[name](arr)
    if (found === null) arr.health.delete(name)
    else arr.health.set(name, itemOf(arr, name, found))
  }
  return [...arr.health.values()]
}

/** Once, at the first refresh behind the quiet minutes: everything is checked again, and all that is red is told. */
export async function reportEarlierFailures(arr: Arr): Promise<void> {
  if (arr.healthReported || arr.time.now() < arr.startedAt + GRACE) return
  await check(arr)
  arr.healthReported = true
  for (const item of arr.health.values()) report(arr, item, 'Health')
}

function failed(arr: Arr, item: HealthItem): void {
  const isNew = !arr.health.has(item.source)
  arr.health.set(item.source, item)
  if (isNew && arr.healthReported) report(arr, item, 'Health')
}

function restored(arr: Arr, name: CheckName): void {
  const before = arr.health.get(name)
  arr.health.delete(name)
  if (before && arr.healthReported) report(arr, before, 'HealthRestored')
}

function report(arr: Arr, item: HealthItem, eventType: 'Health' | 'HealthRestored'): void {
  const needed = eventType === 'Health' ? 'onHealthIssue' : 'onHealthRestored'
  const wants = item.type === 'warning' ? ([needed, 'includeHealthWarnings'] as const) : ([needed] as const)
  arr.hooks.send(wants, healthPayload(arr, item, eventType))
}

function itemOf(arr: Arr, source: CheckName, {anchor, ...found}: Finding): HealthItem {
  const app = arr.dialect.appName.toLowerCase()
  return {...found, source, wikiUrl: `https://wiki.servarr.com/${app}/system#${anchor}`}
}

/* ───────────────────────────── download clients ───────────────────────────── */

/** Those for torrents and those for usenet. */
function enabledClients({clients}: Arr): readonly ArrClient[] {
  return clients.filter(({enable}) => enable)
}

/** Names the first that does not answer. */
async function downloadClients(arr: Arr): Promise<Finding | null> {
  const enabled = enabledClients(arr)
  if (enabled.length === 0) {
    return {
      type: 'warning',
      reason: 'downloadClientCheckNoneAvailable',
      message: 'No download client is available',
      anchor: 'no-download-client-is-available',
    }
  }
  for (const {name, backend} of enabled) {
    const [answer] = await Promise.allSettled([arr.time.outside(backend.list())])
    if (answer.status === 'fulfilled') continue
    return {
      type: 'error',
      reason: 'downloadClientCheckUnableToCommunicate',
      message: `Unable to communicate with ${name}. Connection refused`,
      anchor: 'unable-to-communicate-with-download-client',
    }
  }
  return null
}

function blockedClients(arr: Arr): Finding | null {
  const enabled = enabledClients(arr)
  const {downClients} = arr
  const blocked = enabled.filter(
    ({id}) => arr.time.now() - (downClients.get(id) ?? Infinity) >= UNTIL_BLOCKED,
  )
  if (blocked.length === 0) return null
  const isAll = blocked.length === enabled.length
  const names = blocked.map(({name}) => name).join(', ')
  return {
    type: isAll ? 'error' : 'warning',
    reason: isAll ? 'downloadClientStatusAllClients' : 'downloadClientStatusSingleClient',
    message: isAll
      ? 'All download clients are unavailable due to failures'
      : `Download clients unavailable due to failures: ${names}`,
    anchor: 'download-clients-are-unavailable-due-to-failures',
  }
}

/** A folder that exists is the right one for it, whichever it is. */
async function remotePaths(arr: Arr): Promise<Finding | null> {
  for (const client of enabledClients(arr)) {
    const folder = mapped(
      arr,
      client,
      client.backend.rootOf?.(client.category) ?? `/downloads/${client.category}`,
    )
    if (await folderExists(arr, client, folder)) continue
    return {
      type: 'error',
      reason: 'remotePathMappingLocalFolderMissing',
      message: `Download client ${client.name} places downloads in ${folder} but this directory does not appear to exist. Likely missing or incorrect remote path mapping.`,
      anchor: 'bad-remote-path-mapping',
    }
  }
  return null
}

/** The folder of a category in Transmission is made by the first download in it. */
async function folderExists(
  arr: Arr,
  {implementation, category, backend}: ArrClient,
  folder: string,
): Promise<boolean> {
  if (arr.faults.domain('pathMappingMissing')) return false
  if (arr.faults.domain('wrongMapping')) return true
  if (implementation !== 'Transmission') return true
  if (arr.config.files === 'real') return existsSync(folder)
  const [answer] = await Promise.allSettled([arr.time.outside(backend.list())])
  return answer.status === 'rejected' || answer.value.some((torrent) => torrent.category === category)
}

/** Whether it looks after what is finished. */
export function cdhDisabled(arr: Arr): boolean {
  return !arr.settings.enableCompletedDownloadHandling || arr.faults.domain('cdhDisabled') !== null
}

function importMechanism(arr: Arr): Finding | null {
  if (!cdhDisabled(arr)) return null
  return {
    type: 'warning',
    reason: 'importMechanismHandlingDisabled',
    message: 'Enable Completed Download Handling',
    anchor: 'completedfailed-download-handling',
  }
}

/* ───────────────────────────── indexers ───────────────────────────── */

/** None at all is an error of the feed alone; none that answers is a warning, and the error is `indexerStatus`'s. */
function feeds(arr: Arr): Finding | null {
  const enabled = arr.indexers.filter((indexer) => isEnabled(indexer, 'rss'))
  if (enabled.length === 0) {
    return {
      type: 'error',
      reason: 'indexerRssNoIndexersEnabled',
      message: `No indexers available with RSS sync enabled, ${arr.dialect.appName} will not grab new releases automatically`,
      anchor: 'no-indexers-available-with-rss-sync-enabled',
    }
  }
  return allBlocked(arr, enabled, 'rss')
}

/** One warning with three meanings, which only `anchor` tells apart, or `reason` in Sonarr's v5 API. */
function searches(arr: Arr): Finding | null {
  const automatic = arr.indexers.filter((indexer) => isEnabled(indexer, 'automatic'))
  if (automatic.length === 0) return noSearch(arr, 'Automatic')
  const interactive = arr.indexers.some((indexer) => isEnabled(indexer, 'interactive'))
  return interactive ? allBlocked(arr, automatic, 'search') : noSearch(arr, 'Interactive')
}

function noSearch(arr: Arr, kind: 'Automatic' | 'Interactive'): Finding {
  const small = kind.toLowerCase()
  return {
    type: 'warning',
    reason: `indexerSearchNo${kind}`,
    message: `No indexers available with ${kind} Search enabled, ${arr.dialect.appName} will not provide any ${small} search results`,
    anchor: `no-indexers-available-with-${small}-search-enabled`,
  }
}

function allBlocked(arr: Arr, enabled: readonly IndexerState[], use: 'rss' | 'search'): Finding | null {
  if (!enabled.every((indexer) => isBlocked(arr, indexer))) return null
  return {
    type: 'warning',
    reason: use === 'rss' ? 'indexerRssNoIndexersAvailable' : 'indexerSearchNoAvailableIndexers',
    message: `All ${use}-capable indexers are temporarily unavailable due to recent indexer errors`,
    anchor: 'indexers-are-unavailable-due-to-failures',
  }
}

const LONG = 6 * 60 * MINUTE

function indexerStatus(arr: Arr): Finding | null {
  const blocked = arr.indexers.filter((indexer) => isBlocked(arr, indexer))
  return blockedFinding(arr, blocked, 'Status', '')
}

/** Of those that fail for long. */
function indexerLongTermStatus(arr: Arr): Finding | null {
  const before = arr.time.now() - LONG
  const blocked = arr.indexers.filter(
    (indexer) => isBlocked(arr, indexer) && (indexer.failingSince ?? Infinity) < before,
  )
  return blockedFinding(arr, blocked, 'LongTermStatus', ' for more than 6 hours')
}

function blockedFinding(
  arr: Arr,
  blocked: readonly IndexerState[],
  what: 'Status' | 'LongTermStatus',
  since: string,
): Finding | null {
  if (blocked.length === 0) return null
  const isAll = blocked.length === arr.indexers.length
  const names = blocked.map(({config}) => config.name).join(', ')
  return {
    type: isAll ? 'error' : 'warning',
    reason: `indexer${what}${isAll ? 'AllUnavailable' : 'Unavailable'}`,
    message: isAll
      ? `All indexers are unavailable due to failures${since}`
      : `Indexers unavailable due to failures${since}: ${names}`,
    anchor: 'indexers-are-unavailable-due-to-failures',
  }
}

/* ───────────────────────────── the library ───────────────────────────── */

/** As it was set, and as it really is where there are files. */
export function diskOf(arr: Arr): LibraryDisk {
  const root = arr.rootFolders[0]!
  if (arr.libraryDisk !== 'here' || arr.config.files !== 'real') return arr.libraryDisk
  if (!existsSync(root)) return 'away'
  return readdirSync(root).length === 0 ? 'empty' : 'here'
}

/** That it is empty Sonarr 5 alone says. What its database knows of files stays as it was in either case. */
function rootFolder(arr: Arr): Finding | null {
  const disk = diskOf(arr)
  const root = arr.rootFolders[0]!
  // Of a root folder that nobody uses nothing is said.
  if (arr.library.parents.length === 0) return null
  if (disk === 'away') {
    return {
      type: 'error',
      reason: 'rootFolderMissing',
      message: `Missing root folder: ${root}`,
      anchor: 'missing-root-folder',
    }
  }
  if (disk !== 'empty' || arr.dialect.app !== 'sonarr5' || !hasFiles(arr)) return null
  return {
    type: 'warning',
    reason: 'rootFolderEmpty',
    message: `Empty root folder: ${root}`,
    anchor: 'empty-root-folder',
  }
}

/** Of the disk below a film or series. Source: Radarr's MountCheck, read in its source. */
function libraryMount(arr: Arr): Finding | null {
  const {dialect, library, rootFolders} = arr
  if (diskOf(arr) !== 'readOnly' || library.parents.length === 0) return null
  const item = dialect.family === 'movies' ? 'movie' : 'series'
  return {
    type: 'error',
    reason: 'mountSeries',
    message: `Mount containing a ${item} path is mounted read-only: ${rootFolders[0]!}`,
    anchor: `${item}-mount-ro`,
  }
}

function hasFiles({library}: Arr): boolean {
  return library.units.some(({slots}) => slots.some((file) => file !== 0))
}
