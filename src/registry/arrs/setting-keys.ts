/** Keys of the section of an Arr that people change on the pages. */
import {arrShape} from '#config/schema/schema-arrs.ts'
import {settingKeysOf, type SettingKey} from '#config/schema/setting-keys.ts'
import {restartingKeys} from './effect.ts'

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
