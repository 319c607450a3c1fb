/**
 * What becomes of every key: as qBitrr has it, different and told, without an effect and told, or of Commodarr alone. A new
 * key, or one that acts now, has to be put into its list here. Source: qBitrr 5.14.4.
 */
import {expect, test} from 'vitest'
import {ownSearchShape} from '#config/schema/schema-arrs.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {differencesOf, tellings} from './differences.ts'
import {exactKeys, leaves} from './every-key.fixture.ts'

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
  'Arr.EntrySearch.Overseerr.Is4K': ['requests'],
  'Arr.EntrySearch.Ombi.SearchOmbiRequests': ['requests'],
  'Arr.EntrySearch.Ombi.ApprovedOnly': ['requests'],
  'Arr.EntrySearch.SearchRequestsEvery': ['requests'],
  'Arr.EntrySearch.SearchMissing': ['search'],
  'Arr.EntrySearch.Unmonitored': ['search'],
  'Arr.EntrySearch.SearchByYear': ['search'],
  'Arr.EntrySearch.DoUpgradeSearch': ['search'],
  'Arr.EntrySearch.QualityUnmetSearch': ['search'],
  'Arr.EntrySearch.SearchAgainOnSearchCompletion': ['search'],
  'Arr.EntrySearch.SearchBySeries': ['search'],
  'Settings.SearchLoopDelay': ['search'],
  'Arr.EntrySearch.UseTempForMissing': ['temporary-profiles'],
  'Arr.EntrySearch.KeepTempProfile': ['temporary-profiles'],
  'Arr.EntrySearch.QualityProfileMappings': ['temporary-profiles'],
  'Arr.EntrySearch.ForceResetTempProfiles': ['temporary-profiles'],
  'Arr.EntrySearch.TempProfileResetTimeoutMinutes': ['temporary-profiles'],
  'Arr.EntrySearch.ProfileSwitchRetryAttempts': ['temporary-profiles'],
  'Arr.RssSyncTimer': ['rss-sync'],
  'Arr.Torrent.FileExtensionAllowlist': ['extensions'],
  'Arr.Torrent.MaximumETA': ['slow-asks', 'limits'],
  'Arr.Torrent.StalledDelay': ['stalled-never', 'limits'],
  'Arr.importMode': ['import-mode'],
  'Arr.Torrent.AutoDelete': ['auto-delete'],
  'Settings.Torrent.MaximumETA': ['slow-asks'],
  'qBit.Trackers.MaximumETA': ['slow-asks'],
  'qBit.CategorySeeding.Categories.RemoveTorrent': ['limits'],
  'qBit.CategorySeeding.Categories.StalledDelay': ['limits'],
  'qBit.CategorySeeding.Categories.HitAndRunMode': ['managed-owe'],
  'Arr.EntrySearch.ForceMinimumCustomFormat': ['score-asks'],
  'Arr.EntrySearch.CustomFormatUnmetSearch': ['search', 'worse-than-file'],
  'Arr.Torrent.Trackers.MaximumETA': ['slow-asks'],
  'Arr.Torrent.Trackers.HitAndRunMode': ['owed-everywhere'],
  'Arr.Torrent.SeedingMode.DownloadRateLimitPerTorrent': ['section-rates'],
  'Arr.Torrent.SeedingMode.UploadRateLimitPerTorrent': ['section-rates'],
  'Arr.Torrent.SeedingMode.RemoveTorrent': ['limits', 'not-grabbed'],
  'Arr.Torrent.SeedingMode.RemoveDeadTrackers': ['dead-trackers'],
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
  'Arr.EntrySearch.Ombi.Is4K',
  ...Object.keys(ownSearchShape).map((key) => `Arr.EntrySearch.${key}`),
])

test('every key is in one list: exact, different, ours, or without an effect', () => {
  const acting = leaves.filter(({acts}) => acts).map(({key}) => key)
  const listed = [...exactKeys, ...Object.keys(different), ...ours]
  const idle = new Set(leaves.filter(({acts}) => !acts).map(({key}) => key))
  expect(listed.filter((key) => !idle.has(key)).toSorted()).toEqual(acting.toSorted())
  expect(new Set(listed).size).toBe(listed.length)
})

test('what is different is reported by a difference that exists', () => {
  const ids = new Set(tellings.map(({id}) => id))
  expect(
    Object.values(different)
      .flat()
      .filter((id) => !ids.has(id)),
  ).toEqual([])
})

test('what has no effect is said of each key that asks for another value than the usual one', async () => {
  const silent: string[] = []
  for (const {key, acts, absent} of leaves) {
    const value = otherThan(absent)
    if (acts || value === null) continue
    const [section, ...names] = key.split('.')
    const name = names.pop()!
    const header = [section === 'Arr' ? 'Sonarr' : section, ...names].join('.')
    const loaded = await configOf(
      header === 'Settings'
        ? `[Settings]\n${name} = ${value}\n${arr}`
        : `[Settings]\nConfigVersion = "5.14.4"\n${arr}[${header}]\n${name} = ${value}\n`,
    )
    const isSaid = loaded.findings.some(({code, message}) => code === 'no_effect' || message.includes(name))
    const isReported = differencesOf(loaded).some(({places}) => JSON.stringify(places).includes(name))
    if (!isSaid && !isReported) silent.push(key)
  }
  expect(silent).toEqual([])
})

const arr = '[Sonarr]\nManaged = true\nURI = "http://localhost:8989"\nAPIKey = "k"\nCategory = "tv"\n'

/** As it is written; `null` = a kind of value that this test does not make. */
function otherThan(absent: unknown): string | null {
  if (typeof absent === 'boolean') return String(!absent)
  if (typeof absent === 'number') return String(absent + 7)
  return null
}
