/**
 * Keys of the section of a server, and of `[Settings]`, that people change on the pages: how a server is reached stands
 * in its definition, what nothing acts by is left out.
 */
import {settingsShape} from '#config/schema/schema.ts'
import {settingKeysOf, type SettingKey} from '#config/schema/setting-keys.ts'
import {serverShapes} from '#config/schema/schema-servers.ts'

export const sectionGroups = [
  ...(['categories', 'seeding', 'own', 'trackers', 'pace'] as const),
  ...(['space', 'judging', 'internet', 'arrs', 'processes', 'log'] as const),
] as const
export type SectionKey = SettingKey<(typeof sectionGroups)[number]>

const {ManagedCategories, MatchSubcategories, CategorySeeding, Trackers, PollSeconds, TimeoutSeconds} =
  serverShapes.qbittorrent
const {Categories, ...seeding} = CategorySeeding.shape
const always = () => true

/** The same for every kind of server, in the order in which they are shown. */
export function serverSectionKeys(): readonly SectionKey[] {
  const above = 'CategorySeeding.'
  return [
    ...settingKeysOf({ManagedCategories, MatchSubcategories}, {group: 'categories'}),
    ...settingKeysOf(seeding, {group: 'seeding', above}),
    ...settingKeysOf({Categories}, {group: 'own', above, inherits: true}),
    ...settingKeysOf({Trackers}, {group: 'trackers'}),
    ...settingKeysOf({PollSeconds, TimeoutSeconds}, {group: 'pace', restarts: always}),
  ]
}

const {FreeSpace, FreeSpaceFolder, AutoPauseResume, Torrent, PingURLS, NoInternetSleepTimer} = settingsShape
const {WebhookUrl} = settingsShape
const {CompletedDownloadFolder, FailedCategory, RecheckCategory, Tagless} = settingsShape
const {IgnoreTorrentsYoungerThan, LoopSleepTimer, AutoRestartProcesses, MaxProcessRestarts} = settingsShape
const {ProcessRestartWindow, ProcessRestartDelay, ProcessSpawnTimeoutSeconds} = settingsShape
const {ConsoleLevel, Logging} = settingsShape

/** Of `[Settings]`. */
export function programSectionKeys(): readonly SectionKey[] {
  const places = {CompletedDownloadFolder, FailedCategory, RecheckCategory, Tagless}
  const lives = {AutoRestartProcesses, MaxProcessRestarts, ProcessRestartWindow, ProcessRestartDelay}
  return [
    ...settingKeysOf({FreeSpace, FreeSpaceFolder, AutoPauseResume}, {group: 'space'}),
    ...settingKeysOf(places, {group: 'categories'}),
    ...settingKeysOf({IgnoreTorrentsYoungerThan}, {group: 'judging'}),
    ...settingKeysOf(Torrent.shape, {group: 'judging', above: 'Torrent.'}),
    ...settingKeysOf({PingURLS, NoInternetSleepTimer}, {group: 'internet'}),
    ...settingKeysOf({WebhookUrl}, {group: 'arrs'}),
    ...settingKeysOf({LoopSleepTimer}, {group: 'processes', restarts: always}),
    ...settingKeysOf({...lives, ProcessSpawnTimeoutSeconds}, {group: 'processes'}),
    ...settingKeysOf({ConsoleLevel}, {group: 'log'}),
    ...settingKeysOf({Logging}, {group: 'log', restarts: always}),
  ]
}
