/** How an Arr is set up, and how it is: identity, health, folders, clients, indexers, profiles, tags. */
import {readdirSync, statSync, type Dirent} from 'node:fs'
import {basename, dirname, extname, join} from 'node:path'
import type {Arr, ArrClient, IndexerState} from './arr.ts'
import {
  accepted,
  bodyOf,
  created,
  deleted,
  invalid,
  iso,
  noItem,
  ok,
  page,
  said,
  span,
  speaking,
  type Asked,
  type Reply,
  type Routes,
} from './asked.ts'
import type {ArrSettings} from './config.ts'
import type {Description} from './description.ts'
import {delayProfilesOf} from './delays.ts'
import {profilesOf, type Profile} from './profiles.ts'
import {delayResource, formatResource, profileResource} from './rows-format.ts'
import {cdhDisabled, checkSoon, diskOf, healthOf, indexerChecks, mappingChecks} from './health.ts'

const MASK = '********'

function status(asked: Asked): Reply {
  const {arr, description} = asked
  const {appName, version} = arr.dialect
  return ok(
    description.shown('SystemResource', {
      appName,
      instanceName: arr.name,
      version,
      buildTime: '2025-11-14T20:00:00Z',
      isDebug: false,
      isProduction: true,
      isAdmin: false,
      isUserInteractive: false,
      startupPath: '/app/bin',
      appData: '/config',
      osName: 'debian',
      osVersion: '12',
      isNetCore: true,
      isLinux: true,
      isOsx: false,
      isWindows: false,
      isDocker: false,
      mode: 'console',
      branch: arr.dialect.family === 'movies' ? 'master' : 'main',
      authentication: 'forms',
      migrationVersion: 240,
      urlBase: arr.config.urlBase ?? '',
      databaseType: 'sqLite',
      databaseVersion: '3.45.0',
      runtimeVersion: '8.0.12',
      runtimeName: '.NET',
      startTime: iso(arr.startedAt),
      packageUpdateMechanism: 'builtIn',
    }),
  )
}

async function health({arr, description}: Asked): Promise<Reply> {
  const found = await healthOf(arr)
  return ok(found.map((it, at) => description.shown('HealthResource', {id: at + 1, ...it})))
}

function log(asked: Asked): Reply {
  const {arr, description} = asked
  return page(asked, [...arr.log.entries()].toReversed(), {
    sortKey: 'time',
    rowsAre: 'descending',
    row: ([at, {time, ...line}]) => description.shown('LogResource', {id: at + 1, time: iso(time), ...line}),
  })
}

/** Of one that is not there nothing is known but its path; the database still has all its files. */
function rootFolders({arr, description}: Asked): Reply {
  return ok(
    arr.rootFolders.map((path, at) => {
      const disk = at === 0 ? diskOf(arr) : 'here'
      const {freeSpace} = arr.settings
      const space = disk === 'away' ? {} : {freeSpace, totalSpace: freeSpace * 2, unmappedFolders: []}
      return description.shown('RootFolderResource', {
        name: `Folder ${at + 1}`,
        path,
        accessible: disk !== 'away',
        isEmpty: disk === 'empty',
        ...space,
        defaultMetadataProfileId: 1,
        defaultQualityProfileId: 1,
        defaultMonitorOption: 'all',
        defaultNewItemMonitorOption: 'all',
        defaultTags: [],
        id: at + 1,
      })
    }),
  )
}

/** Masked, as secrets are. */
export function field(description: Description, name: string, value: unknown, order: number): object {
  const isSecret = /^(password|apiKey)$/i.test(name)
  return description.shown('Field', {
    order,
    name,
    label: name,
    type: isSecret ? 'password' : 'textbox',
    advanced: false,
    isFloat: false,
    privacy: isSecret ? name : name === 'username' ? 'userName' : 'normal',
    value: isSecret && value !== '' ? MASK : value,
  })
}

function clientRow({arr, description}: Pick<Asked, 'arr' | 'description'>, client: ArrClient): object {
  const {categoryField, importedCategoryField} = arr.dialect
  const fields: Record<string, unknown> = {
    host: 'localhost',
    port: 8080,
    useSsl: false,
    urlBase: '',
    username: '',
    password: '',
    [categoryField]: client.category,
    [importedCategoryField]: client.postImportCategory,
    ...client.fields,
  }
  return description.shown('DownloadClientResource', {
    id: client.id,
    name: client.name,
    enable: client.enable,
    protocol: client.protocol,
    priority: 1,
    removeCompletedDownloads: client.removeCompletedDownloads,
    tags: client.tags,
    removeFailedDownloads: client.removeFailedDownloads,
    implementation: client.implementation,
    implementationName: client.implementation,
    configContract: `${client.implementation}Settings`,
    infoLink: 'https://wiki.invalid',
    fields: Object.entries(fields).map(([name, value], order) => field(description, name, value, order)),
  })
}

function changeClient(asked: Asked): Reply {
  const client = asked.arr.clients.find(({id}) => id === asked.ids[0])
  if (!client) return noItem(asked)
  const body = bodyOf(asked)
  client.removeCompletedDownloads =
    said(body, 'removeCompletedDownloads', 'boolean') ?? client.removeCompletedDownloads
  client.removeFailedDownloads =
    said(body, 'removeFailedDownloads', 'boolean') ?? client.removeFailedDownloads
  const fields = (body.fields ?? []) as {name?: string; value?: unknown}[]
  const valueOf = (name: string): unknown => fields.find((it) => it.name === name)?.value
  const category = valueOf(asked.arr.dialect.categoryField)
  if (typeof category === 'string') client.category = category
  // What it was made with; a mask says that a secret stays as it is.
  client.fields = Object.fromEntries(
    Object.entries(client.fields).map(([name, value]) => {
      const next = valueOf(name)
      return [name, next === undefined || next === MASK ? value : next]
    }),
  )
  asked.arr.live.send('downloadclient', 'updated', (version) =>
    clientRow(speaking(asked.arr, version), client),
  )
  checkSoon(asked.arr, mappingChecks)
  return accepted(clientRow(asked, client))
}

const REJECTS = 'rejectBlocklistedTorrentHashesWhileGrabbing'

function indexerRow(
  {description}: Pick<Asked, 'description'>,
  {id, config, rejectsBlocklisted}: IndexerState,
): object {
  const fields = [
    field(description, 'baseUrl', config.baseUrl ?? 'https://indexer.invalid', 0),
    field(description, 'apiPath', '/api', 1),
    field(description, 'apiKey', 'secret', 2),
    field(description, 'minimumSeeders', config.minimumSeeders ?? 1, 3),
    field(description, REJECTS, rejectsBlocklisted, 4),
  ]
  return description.shown('IndexerResource', {
    id,
    name: config.name,
    enableRss: config.enableRss ?? true,
    enableAutomaticSearch: config.enableAutomaticSearch ?? true,
    enableInteractiveSearch: config.enableInteractiveSearch ?? true,
    supportsRss: true,
    supportsSearch: true,
    protocol: 'torrent',
    priority: config.priority ?? 25,
    downloadClientId: 0,
    tags: config.tags ?? [],
    seasonSearchMaximumSingleEpisodeAge: config.seasonSearchMaximumSingleEpisodeAge ?? 0,
    implementation: 'Torznab',
    implementationName: 'Torznab',
    configContract: 'TorznabSettings',
    infoLink: 'https://wiki.invalid',
    fields,
  })
}

function changeIndexer(asked: Asked): Reply {
  const indexer = asked.arr.indexers.find(({id}) => id === asked.ids[0])
  if (!indexer) return noItem(asked)
  const body = bodyOf(asked)
  const fields = (body.fields ?? []) as {name?: string; value?: unknown}[]
  const option = fields.find(({name}) => name === REJECTS)
  if (option) indexer.rejectsBlocklisted = option.value === true
  const tags = Array.isArray(body.tags) ? body.tags.map(Number) : indexer.config.tags
  const next = {...indexer.config, ...(tags && {tags})}
  for (const name of ['enableRss', 'enableAutomaticSearch', 'enableInteractiveSearch'] as const) {
    const value = said(body, name, 'boolean')
    if (value !== undefined) Object.assign(next, {[name]: value})
  }
  indexer.config = next
  checkSoon(asked.arr, indexerChecks)
  asked.arr.live.send('indexer', 'updated', (version) => indexerRow(speaking(asked.arr, version), indexer))
  return accepted(indexerRow(asked, indexer))
}

/** What it is worth is written for each format; what it allows for each quality. */
function changeProfile(asked: Asked): Reply {
  const {arr} = asked
  const profile = profilesOf(arr).find(({id}) => id === asked.ids[0])
  if (!profile) return noItem(asked)
  const body = bodyOf(asked)
  const items = body.items as {quality?: {id: number}; allowed: boolean}[] | undefined
  const formats = body.formatItems as {name: string; score: number}[] | undefined
  const allowed = items?.flatMap(({quality, allowed: isAllowed}) =>
    quality && isAllowed ? [quality.id] : [],
  )
  const {id, ...before} = profile
  const changed: Omit<Profile, 'id'> = {
    ...before,
    name: said(body, 'name', 'string') ?? before.name,
    upgradeAllowed: said(body, 'upgradeAllowed', 'boolean') ?? before.upgradeAllowed,
    cutoff: said(body, 'cutoff', 'number') ?? before.cutoff,
    minScore: said(body, 'minFormatScore', 'number') ?? before.minScore,
    cutoffScore: said(body, 'cutoffFormatScore', 'number') ?? before.cutoffScore,
    minUpgradeScore: said(body, 'minUpgradeFormatScore', 'number') ?? before.minUpgradeScore,
    allowed: allowed ?? before.allowed,
    scores: formats ? Object.fromEntries(formats.map(({name, score}) => [name, score])) : before.scores,
  }
  arr.profiles[id - 1] = changed
  return accepted(profileResource(asked, {...changed, id}))
}

const customFormats = ({arr, description}: Asked): Reply =>
  ok((arr.config.customFormats ?? []).map((one, at) => formatResource(description, {...one, id: at + 1})))

/** `config/…`, in v5 `settings/…`. */
function indexerSettings({arr, api, description}: Asked): Reply {
  const resource = api === 'v5' ? 'IndexerSettingsResource' : 'IndexerConfigResource'
  return ok(
    description.shown(resource, {
      id: 1,
      minimumAge: 0,
      maximumSize: 0,
      retention: 0,
      rssSyncInterval: arr.settings.rssSyncInterval,
      preferIndexerFlags: false,
      availabilityDelay: arr.settings.availabilityDelay,
      allowHardcodedSubs: false,
      whitelistedHardcodedSubs: '',
    }),
  )
}

function changeIndexerSettings(asked: Asked): Reply {
  const {settings} = asked.arr
  const body = bodyOf(asked)
  settings.availabilityDelay = said(body, 'availabilityDelay', 'number') ?? settings.availabilityDelay
  settings.rssSyncInterval = said(body, 'rssSyncInterval', 'number') ?? settings.rssSyncInterval
  return {...indexerSettings(asked), status: 202}
}

function tags({arr}: Asked): Reply {
  return ok([...arr.tags].map(([id, label]) => ({id, label})))
}

function addTag(asked: Asked): Reply {
  const label = said(bodyOf(asked), 'label', 'string')?.toLowerCase()
  if (label === undefined || label === '') return invalid('label', "'Label' must not be empty.")
  const {tags} = asked.arr
  const there = [...tags].find(([, known]) => known === label)
  const id = there?.[0] ?? tags.size + 1
  tags.set(id, label)
  asked.arr.live.send('tag', 'sync')
  return created({id, label})
}

/** Where it is asked depends on the API: `config/…`, in v5 `settings/…`. */
function handling({arr, api, description}: Asked): Reply {
  const resource = api === 'v5' ? 'DownloadClientSettingsResource' : 'DownloadClientConfigResource'
  const {enableCompletedDownloadHandling, autoRedownloadFailed} = arr.settings
  const {autoRedownloadFailedFromInteractiveSearch, checkForFinishedDownloadInterval} = arr.settings
  return ok(
    description.shown(resource, {
      id: 1,
      downloadClientWorkingFolders: '_UNPACK_|_FAILED_',
      enableCompletedDownloadHandling: enableCompletedDownloadHandling && !cdhDisabled(arr),
      autoRedownloadFailed: autoRedownloadFailed && !arr.faults.domain('autoRedownloadOff'),
      autoRedownloadFailedFromInteractiveSearch,
      checkForFinishedDownloadInterval,
    }),
  )
}

function changeHandling(asked: Asked): Reply {
  const body = bodyOf(asked)
  const {settings} = asked.arr
  for (const name of [
    'enableCompletedDownloadHandling',
    'autoRedownloadFailed',
    'autoRedownloadFailedFromInteractiveSearch',
  ] as const) {
    settings[name] = said(body, name, 'boolean') ?? settings[name]
  }
  return {...handling(asked), status: 202}
}

function media({arr, api, description}: Asked): Reply {
  const resource = api === 'v5' ? 'MediaManagementSettingsResource' : 'MediaManagementConfigResource'
  const {copyUsingHardlinks, recycleBin, minimumFreeSpaceWhenImporting} = arr.settings
  return ok(
    description.shown(resource, {
      id: 1,
      copyUsingHardlinks,
      recycleBin,
      minimumFreeSpaceWhenImporting,
      recycleBinCleanupDays: 7,
      deleteEmptyFolders: false,
      setPermissionsLinux: false,
      skipFreeSpaceCheckWhenImporting: false,
      importExtraFiles: false,
      extraFileExtensions: 'srt',
      enableMediaInfo: true,
      useScriptImport: false,
      scriptImportPath: '',
      autoUnmonitorPreviouslyDownloadedMovies: false,
      autoUnmonitorPreviouslyDownloadedEpisodes: false,
      downloadPropersAndRepacks: 'preferAndUpgrade',
      createEmptyMovieFolders: false,
      createEmptySeriesFolders: false,
      fileDate: 'none',
      rescanAfterRefresh: 'always',
      autoRenameFolders: false,
      pathsDefaultStatic: false,
      chmodFolder: '755',
      chownGroup: '',
      episodeTitleRequired: 'always',
      userRejectedExtensions: '',
      seasonPackUpgrade: arr.settings.seasonPackUpgrade,
      seasonPackUpgradeThreshold: arr.settings.seasonPackUpgradeThreshold,
    }),
  )
}

function changeMedia(asked: Asked): Reply {
  const body = bodyOf(asked)
  const {settings} = asked.arr
  settings.copyUsingHardlinks = said(body, 'copyUsingHardlinks', 'boolean') ?? settings.copyUsingHardlinks
  settings.recycleBin = said(body, 'recycleBin', 'string') ?? settings.recycleBin
  settings.minimumFreeSpaceWhenImporting =
    said(body, 'minimumFreeSpaceWhenImporting', 'number') ?? settings.minimumFreeSpaceWhenImporting
  const mode = said(body, 'seasonPackUpgrade', 'string') as ArrSettings['seasonPackUpgrade'] | undefined
  settings.seasonPackUpgrade = mode ?? settings.seasonPackUpgrade
  settings.seasonPackUpgradeThreshold =
    said(body, 'seasonPackUpgradeThreshold', 'number') ?? settings.seasonPackUpgradeThreshold
  return {...media(asked), status: 202}
}

function tasks({arr, description}: Asked): Reply {
  const {checkForFinishedDownloadInterval, rssSyncInterval} = arr.settings
  const all = [
    ['RefreshMonitoredDownloads', checkForFinishedDownloadInterval],
    ['RssSync', rssSyncInterval],
    ['CheckHealth', 360],
  ] as const
  return ok(
    all.map(([taskName, interval], at) => {
      const last = arr.commands.lastEnded(taskName) ?? arr.startedAt
      return description.shown('TaskResource', {
        id: at + 1,
        name: taskName.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '),
        taskName,
        interval,
        lastExecution: iso(last),
        lastStartTime: iso(last),
        nextExecution: iso(last + interval * 60_000),
        lastDuration: span(1_000),
      })
    }),
  )
}

function mappings({arr}: Asked): Reply {
  return ok((arr.config.remotePathMappings ?? []).map((mapping, at) => ({id: at + 1, ...mapping})))
}

function diskSpace({arr}: Asked): Reply {
  const {freeSpace} = arr.settings
  if (diskOf(arr) === 'away') return ok([])
  return ok(arr.rootFolders.map((path) => ({path, label: '', freeSpace, totalSpace: freeSpace * 2})))
}

interface Found {
  readonly name: string
  readonly size: number
}

/**
 * What lies in a folder, as the Arr sees it. Of one that is not there it says as little as of an empty one. Without a
 * separator at its end it is what a user types, and the folder around it is meant. Source: Radarr's
 * FileSystemLookupService.
 */
function fileSystem({arr, query}: Asked): Reply {
  const asked = query.get('path') ?? ''
  const typed = query.get('allowFoldersWithoutTrailingSlashes') !== 'true' && !asked.endsWith('/')
  const folder = (typed ? dirname(asked) : asked).replace(/(?!^)\/+$/, '')
  const files = query.get('includeFiles') === 'true' ? filesIn(arr, folder) : []
  return ok({
    parent: `${dirname(folder)}/`,
    directories: [],
    files: files.map(({name, size}) => ({
      type: 'file',
      name,
      path: join(folder, name),
      extension: extname(name),
      size,
      lastModified: iso(arr.startedAt),
    })),
  })
}

function filesIn(arr: Arr, folder: string): readonly Found[] {
  if (['away', 'empty'].includes(diskOf(arr))) return []
  if (arr.config.files === 'real') return realFilesIn(folder)
  const files = arr.library.units.flatMap((unit) => arr.library.filesOfUnit(unit))
  const inside = files.filter(({id, path}) => dirname(path) === folder && !arr.lostFiles.has(id))
  return [...new Map(inside.map(({path, size}) => [path, {name: basename(path), size}])).values()]
}

function realFilesIn(folder: string): readonly Found[] {
  let entries: readonly Dirent[] = []
  try {
    entries = readdirSync(folder, {withFileTypes: true})
  } catch {
    // As an Arr does, which says as much.
  }
  return entries.flatMap((entry) =>
    entry.isFile() ? [{name: entry.name, size: statSync(join(folder, entry.name)).size}] : [],
  )
}

const one =
  <T extends {readonly id: number}>(list: (arr: Arr) => readonly T[], row: (asked: Asked, it: T) => object) =>
  (asked: Asked): Reply => {
    const it = list(asked.arr).find(({id}) => id === asked.ids[0])
    return it ? ok(row(asked, it)) : noItem(asked)
  }

export const settingsRoutes: Routes = {
  'GET system/status': status,
  'GET system/task': tasks,
  'GET health': health,
  'GET log': log,
  'GET diskspace': diskSpace,
  'GET rootfolder': rootFolders,
  'GET filesystem': fileSystem,
  'GET remotepathmapping': mappings,
  'GET qualityprofile': (asked) => ok(profilesOf(asked.arr).map((one) => profileResource(asked, one))),
  'GET qualityprofile/{id}': one(profilesOf, profileResource),
  'PUT qualityprofile/{id}': changeProfile,
  'GET delayprofile': (asked) => ok(delayProfilesOf(asked.arr).map((one) => delayResource(asked, one))),
  'GET tag': tags,
  'POST tag': addTag,
  'GET customformat': customFormats,
  'DELETE tag/{id}': (asked) => (asked.arr.tags.delete(asked.ids[0]!) ? deleted(asked) : noItem(asked)),
  'GET downloadclient': (asked) => ok(asked.arr.clients.map((client) => clientRow(asked, client))),
  'GET downloadclient/{id}': one((arr) => arr.clients, clientRow),
  'PUT downloadclient/{id}': changeClient,
  'GET indexer': (asked) => ok(asked.arr.indexers.map((indexer) => indexerRow(asked, indexer))),
  'GET indexer/{id}': one((arr) => arr.indexers, indexerRow),
  'PUT indexer/{id}': changeIndexer,
  'GET config/indexer': indexerSettings,
  'PUT config/indexer/{id}': changeIndexerSettings,
  'GET settings/indexer': indexerSettings,
  'PUT settings/indexer/{id}': changeIndexerSettings,
  'GET config/downloadclient': handling,
  'PUT config/downloadclient/{id}': changeHandling,
  'GET settings/downloadclient': handling,
  'PUT settings/downloadclient/{id}': changeHandling,
  'GET config/mediamanagement': media,
  'PUT config/mediamanagement/{id}': changeMedia,
  'GET settings/mediamanagement': media,
  'PUT settings/mediamanagement/{id}': changeMedia,
}
