import {expect, test} from 'vitest'
import {writesOwnTags} from '#config/config.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {isInherited} from './old-folder.ts'

const arr = '[Radarr]\nManaged = true\nURI = "http://r:1"\nAPIKey = "k"\n'
const server = '[qBit]\nHost = "h"\nPort = 1\n'

test.each([
  '[Settings]\nConfigVersion = "5.14.4"\n',
  '[QBit]\nHost = "h"\n',
  '[Animarr]\nManaged = true\n',
  '[Settings]\nFFprobeAutoUpdate = true\n',
  '[Settings]\nSearchLoopDelay = -1\n',
  '[Settings]\nWebUIToken = "t"\n',
  '[Settings]\nHost = "0.0.0.0"\n',
  '[WebUI]\nLiveArr = true\n',
  '[WebUI.OIDC]\nTheme = "Dark"\n',
  '[WebUI]\nGroupSonarr = true\n',
  '[qBit]\nHost = "CHANGE_ME"\n',
  '[[qBit.Trackers]]\nURI = "t"\nHitAndRunClearMode = "and"\n',
  `${arr}EntrySearch.MainQualityProfile = "HD"\n`,
  `${arr}EntrySearch.SearchMissing = true\n`,
  `${arr}EntrySearch.Overseerr.Is4K = true\n`,
  `${arr}Torrent.SeedingMode.HitAndRunMode = true\n`,
  `${arr}ReSearch = true\nimportMode = "Auto"\nRssSyncTimer = 1\nTorrent.StalledDelay = 15\n`,
])('%j was written by qBitrr', async (text) => {
  expect(isInherited(await configOf(text), null)).toBe(true)
})

test('its variables show it, and those of its containers do not', async () => {
  expect((await configOf(server, {QBITRR_SETTINGS_TAGLESS: 'true'})).config.isInherited).toBe(true)
  expect((await configOf(server, {QBITRR_DOCKER_RUNNING: '69420'})).config.isInherited).toBe(false)
  expect((await configOf(server, {QBITRR_OVERRIDES_DATA_PATH: '/x'})).config.isInherited).toBe(false)
})

test.each([
  '',
  server,
  server + arr,
  `${server}${arr}ReSearch = true\nTorrent.StalledDelay = 30\n`,
  `${server}${arr}EntrySearch.ForceMinimumCustomFormat = true\n`,
  `[Settings]\nLoopSleepTimer = 10\nPingURLS = ["a"]\n${server}`,
  '[WebUI]\nPort = 7000\nToken = "t"\n',
])('%j may be ours', async (text) => {
  expect(isInherited(await configOf(text), null)).toBe(false)
})

test('the folder beside it shows it as well', async () => {
  expect(isInherited(await configOf(server), {path: 'qBitManager', databases: []})).toBe(true)
})

test.each([
  ['[Settings]\nConfigVersion = "5.14.4"\n', true],
  ['[Settings]\nConfigVersion = 3\n', true],
  ['[QBit]\nHost = "h"\n', true],
  ['[QBit-Two]\nHost = "h"\n', true],
  [`[Settings]\nTagless = false\n${server}`, true],
  ['[Settings]\nConfigVersion = "5.14.4"\nTagless = true\n', false],
  ['', false],
  [`${server}Disabled = true\nUserName = "u"\nPassword = "p"\n`, false],
  ['[Settings]\nAutoUpdateEnabled = false\n', false],
  ['[WebUI]\nTheme = "Dark"\n', false],
  [`${arr}ReSearch = true\nimportMode = "Auto"\nRssSyncTimer = 1\nTorrent.StalledDelay = 15\n`, false],
  [`${arr}EntrySearch.SearchMissing = true\n`, false],
])('B.12 %j: its tags are written: %s', async (text, isWritten) => {
  expect(writesOwnTags((await configOf(text)).config)).toBe(isWritten)
})

test('B.12 variables of qBitrr alone ask for no tags, but the one that is about them', async () => {
  const written = async (env: Record<string, string>) => writesOwnTags((await configOf(server, env)).config)
  expect(await written({QBITRR_SETTINGS_LOOP_SLEEP_TIMER: '5'})).toBe(false)
  expect(await written({QBITRR_SETTINGS_TAGLESS: 'false'})).toBe(true)
})
