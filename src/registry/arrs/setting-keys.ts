/** Keys of the section of an Arr that people change on the pages. */
import {sameValue} from '#config/schema/diff-servers.ts'
import {arrShape, type ArrConfig} from '#config/schema/schema-arrs.ts'
import {settingKeysOf, type SettingKey} from '#config/schema/setting-keys.ts'

export const arrSettingGroups = ['arr', 'downloads', 'seeding', 'trackers', 'search', 'requests'] as const
type ArrSettingKey = SettingKey<(typeof arrSettingGroups)[number]>

const {Torrent: torrent, EntrySearch: search, ...top} = arrShape
const {SeedingMode: seeding, Trackers, ...downloads} = torrent.shape
const {ForceMinimumCustomFormat, ...searching} = search.shape

/** Given as fields of their own. */
const own: ReadonlySet<string> = new Set(['Managed', 'URI', 'APIKey', 'SkipTLSVerify', 'Category'])
const restarts = (path: string) => (restartingKeys as readonly string[]).includes(path)

/** In the order in which they are shown. */
export function settingKeys(): readonly ArrSettingKey[] {
  const requests = {group: 'requests'} as const
  return [
    ...settingKeysOf(top, {group: 'arr', restarts}).filter(({path}) => !own.has(path)),
    ...settingKeysOf(downloads, {group: 'downloads', above: 'Torrent.'}),
    ...settingKeysOf({ForceMinimumCustomFormat}, {group: 'downloads', above: 'EntrySearch.'}),
    ...settingKeysOf(seeding.shape, {group: 'seeding', above: 'Torrent.SeedingMode.'}),
    ...settingKeysOf({Trackers}, {group: 'trackers', above: 'Torrent.'}),
    ...settingKeysOf(searching, {group: 'search', above: 'EntrySearch.'}),
    ...settingKeysOf(searching.Ombi.shape, {...requests, above: 'EntrySearch.Ombi.'}),
    ...settingKeysOf(searching.Overseerr.shape, {...requests, above: 'EntrySearch.Overseerr.'}),
  ]
}

/*
 * What a change of an Arr costs: most of it is read by its manager in its next pass, some of it needs a new one, as
 * `automation/supervision/managers.ts` starts it with that. Source: qBitrr; here it is less.
 */

/** none: nothing changed. live: in force with the next pass. restart: its manager begins again. */
export type ChangeEffect = 'none' | 'live' | 'restart'

/** Keys that a manager reads once. */
const restartingKeys = [
  'URI',
  'APIKey',
  'SkipTLSVerify',
  'Managed',
  'RssSyncTimer',
  'RefreshDownloadsTimer',
] as const satisfies readonly (keyof ArrConfig)[]

export function effectOf(before: ArrConfig, after: ArrConfig): ChangeEffect {
  if (restartingKeys.some((key) => !sameValue(before[key], after[key]))) return 'restart'
  return sameValue(before, after) ? 'none' : 'live'
}
