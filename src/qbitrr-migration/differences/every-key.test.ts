/**
 * What becomes of every key: as qBitrr has it, different and told, without an effect and told, or of Commodarr alone. A new
 * key, or one that acts now, has to be put into its list here. Source: qBitrr 5.14.4.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {loadConfig} from '#config/load.ts'
import type {Shape} from '#config/schema/fields.ts'
import {arrShape} from '#config/schema/schema-arrs.ts'
import {qbittorrentShape} from '#config/schema/schema-servers.ts'
import {settingsShape, webuiShape} from '#config/schema/schema.ts'
import {differencesOf, tellings} from './differences.ts'

/** Another than there, with the differences that say how (`differences.test.ts` has the words and when they are told). */
const different: Readonly<Record<string, readonly string[]>> = {
  'Settings.AutoPauseResume': ['stopped-by-people'],
  'Settings.FFprobeAutoUpdate': ['ffprobe'],
  'Settings.FreeSpace': ['free-space'],
  'Settings.LoopSleepTimer': ['passes'],
  'WebUI.Token': ['web-interface'],
  'WebUI.AuthDisabled': ['safe-door'],
  'WebUI.AllowInsecureTokenQuery': ['safe-door'],
  'WebUI.AllowInsecureExposure': ['safe-door'],
  'qBit.ManagedCategories': ['managed-per-server'],
  'qBit.CategorySeeding.HitAndRunMode': ['managed-owe'],
  'qBit.CategorySeeding.RemoveTorrent': ['limits'],
  'qBit.CategorySeeding.StalledDelay': ['limits'],
  'qBit.Trackers.HitAndRunMode': ['owed-everywhere'],
  'Arr.ArrErrorCodesToBlocklist': ['error-messages'],
  'Arr.EntrySearch.Overseerr.SearchOverseerrRequests': ['requests'],
  'Arr.EntrySearch.Ombi.SearchOmbiRequests': ['requests'],
  'Arr.EntrySearch.SearchMissing': ['search'],
  'Arr.EntrySearch.UseTempForMissing': ['temporary-profiles'],
  'Arr.RssSyncTimer': ['rss-sync'],
  'Arr.Torrent.FileExtensionAllowlist': ['extensions'],
  'Arr.Torrent.MaximumETA': ['slow-asks', 'limits'],
  'Arr.Torrent.StalledDelay': ['stalled-never', 'limits'],
  'Arr.importMode': ['import-mode'],
  'Arr.Torrent.AutoDelete': ['auto-delete'],
}

/** Commodarr's own: qBitrr has no such key. */
const ours: ReadonlySet<string> = new Set([
  'Settings.WebhookUrl',
  'Settings.FFprobePath',
  'Settings.Programs',
  'WebUI.AllowedHosts',
  'WebUI.TrustedProxies',
  'WebUI.ForwardedUserHeader',
  'WebUI.ForwardedUserRole',
  'WebUI.OIDC.GroupsClaim',
  'WebUI.OIDC.AdministratorGroups',
  'WebUI.OIDC.MemberGroups',
  'WebUI.OIDC.ViewerGroups',
  'WebUI.OIDC.DefaultRole',
  'qBit.CAFile',
  'qBit.HttpProxy',
  'qBit.PathMappings',
  'qBit.Storage',
  'qBit.PollSeconds',
  'qBit.ApiKey',
  'qBit.BasicAuthUser',
  'qBit.BasicAuthPassword',
])

/** The same as there. */
const exact: readonly string[] = [
  'Settings.ConfigVersion',
  'Settings.ConsoleLevel',
  'Settings.Logging',
  'Settings.CompletedDownloadFolder',
  'Settings.FreeSpaceFolder',
  'Settings.NoInternetSleepTimer',
  'Settings.FailedCategory',
  'Settings.RecheckCategory',
  'Settings.Tagless',
  'Settings.IgnoreTorrentsYoungerThan',
  'Settings.PingURLS',
  'Settings.AutoRestartProcesses',
  'Settings.MaxProcessRestarts',
  'Settings.ProcessRestartWindow',
  'Settings.ProcessRestartDelay',
  'Settings.ProcessSpawnTimeoutSeconds',
  'Settings.Torrent.MaximumETA',
  'Settings.Torrent.MaximumDeletablePercentage',
  'WebUI.Host',
  'WebUI.Port',
  'WebUI.BehindHttpsProxy',
  'WebUI.UrlBase',
  'WebUI.LocalAuthEnabled',
  'WebUI.OIDCEnabled',
  'WebUI.Username',
  'WebUI.PasswordHash',
  'WebUI.Theme',
  'WebUI.ViewDensity',
  'WebUI.OIDC.Authority',
  'WebUI.OIDC.ClientId',
  'WebUI.OIDC.ClientSecret',
  'WebUI.OIDC.Scopes',
  'WebUI.OIDC.CallbackPath',
  'WebUI.OIDC.RequireHttpsMetadata',
  'qBit.Name',
  'qBit.Disabled',
  'qBit.Url',
  'qBit.URI',
  'qBit.Host',
  'qBit.Path',
  'qBit.UserName',
  'qBit.Password',
  'qBit.SkipTLSVerify',
  'qBit.TimeoutSeconds',
  'qBit.Port',
  'qBit.MatchSubcategories',
  'qBit.Trackers.Name',
  'qBit.Trackers.URI',
  'qBit.Trackers.Priority',
  'qBit.Trackers.SortTorrents',
  'qBit.Trackers.MaximumETA',
  'qBit.Trackers.MaxUploadRatio',
  'qBit.Trackers.MaxSeedingTime',
  'qBit.Trackers.DownloadRateLimit',
  'qBit.Trackers.UploadRateLimit',
  'qBit.Trackers.SuperSeedMode',
  'qBit.Trackers.AddTrackerIfMissing',
  'qBit.Trackers.RemoveIfExists',
  'qBit.Trackers.AddTags',
  'qBit.Trackers.MinSeedRatio',
  'qBit.Trackers.MinSeedingTimeDays',
  'qBit.Trackers.HitAndRunMinimumDownloadPercent',
  'qBit.Trackers.HitAndRunPartialSeedRatio',
  'qBit.Trackers.TrackerUpdateBuffer',
  'qBit.CategorySeeding.DownloadRateLimitPerTorrent',
  'qBit.CategorySeeding.UploadRateLimitPerTorrent',
  'qBit.CategorySeeding.MaxUploadRatio',
  'qBit.CategorySeeding.MaxSeedingTime',
  'qBit.CategorySeeding.MinSeedRatio',
  'qBit.CategorySeeding.MinSeedingTimeDays',
  'qBit.CategorySeeding.HitAndRunMinimumDownloadPercent',
  'qBit.CategorySeeding.HitAndRunPartialSeedRatio',
  'qBit.CategorySeeding.TrackerUpdateBuffer',
  'qBit.CategorySeeding.IgnoreTorrentsYoungerThan',
  'qBit.CategorySeeding.Categories.Name',
  'qBit.CategorySeeding.Categories.DownloadRateLimitPerTorrent',
  'qBit.CategorySeeding.Categories.UploadRateLimitPerTorrent',
  'qBit.CategorySeeding.Categories.MaxUploadRatio',
  'qBit.CategorySeeding.Categories.MaxSeedingTime',
  'qBit.CategorySeeding.Categories.RemoveTorrent',
  'qBit.CategorySeeding.Categories.HitAndRunMode',
  'qBit.CategorySeeding.Categories.MinSeedRatio',
  'qBit.CategorySeeding.Categories.MinSeedingTimeDays',
  'qBit.CategorySeeding.Categories.HitAndRunMinimumDownloadPercent',
  'qBit.CategorySeeding.Categories.HitAndRunPartialSeedRatio',
  'qBit.CategorySeeding.Categories.TrackerUpdateBuffer',
  'qBit.CategorySeeding.Categories.StalledDelay',
  'qBit.CategorySeeding.Categories.IgnoreTorrentsYoungerThan',
  'Arr.Managed',
  'Arr.URI',
  'Arr.APIKey',
  'Arr.SkipTLSVerify',
  'Arr.Category',
  'Arr.ReSearch',
  'Arr.RefreshDownloadsTimer',
  'Arr.MatchSubcategories',
  'Arr.EntrySearch.CustomFormatUnmetSearch',
  'Arr.EntrySearch.ForceMinimumCustomFormat',
  'Arr.Torrent.CaseSensitiveMatches',
  'Arr.Torrent.FolderExclusionRegex',
  'Arr.Torrent.FileNameExclusionRegex',
  'Arr.Torrent.IgnoreTorrentsYoungerThan',
  'Arr.Torrent.MaximumDeletablePercentage',
  'Arr.Torrent.DoNotRemoveSlow',
  'Arr.Torrent.ReSearchStalled',
  'Arr.Torrent.Trackers.Name',
  'Arr.Torrent.Trackers.URI',
  'Arr.Torrent.Trackers.Priority',
  'Arr.Torrent.Trackers.SortTorrents',
  'Arr.Torrent.Trackers.MaximumETA',
  'Arr.Torrent.Trackers.MaxUploadRatio',
  'Arr.Torrent.Trackers.MaxSeedingTime',
  'Arr.Torrent.Trackers.DownloadRateLimit',
  'Arr.Torrent.Trackers.UploadRateLimit',
  'Arr.Torrent.Trackers.SuperSeedMode',
  'Arr.Torrent.Trackers.AddTrackerIfMissing',
  'Arr.Torrent.Trackers.RemoveIfExists',
  'Arr.Torrent.Trackers.AddTags',
  'Arr.Torrent.Trackers.HitAndRunMode',
  'Arr.Torrent.Trackers.MinSeedRatio',
  'Arr.Torrent.Trackers.MinSeedingTimeDays',
  'Arr.Torrent.Trackers.HitAndRunMinimumDownloadPercent',
  'Arr.Torrent.Trackers.HitAndRunPartialSeedRatio',
  'Arr.Torrent.Trackers.TrackerUpdateBuffer',
  'Arr.Torrent.SeedingMode.DownloadRateLimitPerTorrent',
  'Arr.Torrent.SeedingMode.UploadRateLimitPerTorrent',
  'Arr.Torrent.SeedingMode.MaxUploadRatio',
  'Arr.Torrent.SeedingMode.MaxSeedingTime',
  'Arr.Torrent.SeedingMode.RemoveTorrent',
  'Arr.Torrent.SeedingMode.RemoveDeadTrackers',
  'Arr.Torrent.SeedingMode.RemoveTrackerWithMessage',
]

interface Leaf {
  readonly key: string
  readonly acts: boolean
  readonly absent: unknown
}

function leavesOf(shape: Shape, at: string): readonly Leaf[] {
  return Object.entries(shape).flatMap(([name, node]) => {
    const key = `${at}.${name}`
    return node.node === 'field' ? [{key, acts: node.acts, absent: node.absent}] : leavesOf(node.shape, key)
  })
}

const all = [
  ...leavesOf(settingsShape, 'Settings'),
  ...leavesOf(webuiShape, 'WebUI'),
  ...leavesOf(qbittorrentShape, 'qBit'),
  ...leavesOf(arrShape, 'Arr'),
]

test('every key is in one list: exact, different, ours, or without an effect', () => {
  const acting = all.filter(({acts}) => acts).map(({key}) => key)
  const listed = [...exact, ...Object.keys(different), ...ours]
  const idle = new Set(all.filter(({acts}) => !acts).map(({key}) => key))
  expect(listed.filter((key) => !idle.has(key)).toSorted()).toEqual(acting.toSorted())
  expect(new Set(listed).size).toBe(listed.length)
})

test('what is different is told by a difference that exists', () => {
  const ids = new Set(tellings.map(({id}) => id))
  expect(
    Object.values(different)
      .flat()
      .filter((id) => !ids.has(id)),
  ).toEqual([])
})

test('what has no effect is said of each key that asks for another value than the usual one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-keys-'))
  try {
    const silent: string[] = []
    for (const {key, acts, absent} of all) {
      const value = otherThan(absent)
      if (acts || value === null) continue
      const path = join(folder, 'config.toml')
      const [section, ...names] = key.split('.')
      const name = names.pop()!
      const header = [section === 'Arr' ? 'Sonarr' : section, ...names].join('.')
      writeFileSync(
        path,
        `[Settings]\nConfigVersion = "5.14.4"\n${arr}${header === 'Settings' ? '' : `[${header}]\n`}${name} = ${value}\n`,
      )
      if (header === 'Settings') writeFileSync(path, `[Settings]\n${name} = ${value}\n${arr}`)
      const loaded = await loadConfig({path, env: {}, cwd: folder, root: folder})
      const isSaid = loaded.findings.some(({code, message}) => code === 'no_effect' || message.includes(name))
      const isTold = differencesOf(loaded).some(({places}) => JSON.stringify(places).includes(name))
      if (!isSaid && !isTold) silent.push(key)
    }
    expect(silent).toEqual([])
  } finally {
    rmSync(folder, {recursive: true})
  }
})

const arr = '[Sonarr]\nManaged = true\nURI = "http://localhost:8989"\nAPIKey = "k"\nCategory = "tv"\n'

/** As it is written; `null` = a kind of value that this test does not make. */
function otherThan(absent: unknown): string | null {
  if (typeof absent === 'boolean') return String(!absent)
  if (typeof absent === 'number') return String(absent + 7)
  return null
}
