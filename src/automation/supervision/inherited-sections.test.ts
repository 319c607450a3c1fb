import {expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {DAY} from '#model/units.ts'
import {inheritedOf} from './inherited-of.fixture.ts'

const sectionsOf = async (text: string) => inheritedOf(await configOf(text))

test.each([
  ['Animarr-X', 'Sonarr-X'],
  ['"Sonarr TV"', 'Sonarr TV'],
])('a limit that [%s] says is lifted, although the section is read as %s', async (header, id) => {
  const {arrs} = await sectionsOf(
    `[${header}]\nManaged = true\nURI = "s"\nAPIKey = "k"\n[${header}.Torrent.SeedingMode]\nUploadRateLimitPerTorrent = -1\n`,
  )
  expect(arrs.map(({section, upRate, downRate}) => [section, upRate, downRate])).toEqual([
    [id, null, 'leaveAlone'],
  ])
})

test('a limit of [QBit] is one of [qBit], and its tracker rows hold for every server', async () => {
  const {arrs, categories} = await sectionsOf(
    '[QBit]\nHost = "localhost"\nPort = 1\nManagedCategories = ["linux"]\nTrackers = [{URI = "t.example"}]\n' +
      '[QBit.CategorySeeding]\nDownloadRateLimitPerTorrent = -1\n' +
      '[Radarr4K]\nManaged = true\nURI = "r"\nAPIKey = "k"\n',
  )
  expect(categories.map(({section, servers, downRate}) => [section, servers, downRate])).toEqual([
    ['qBit', ['qBit'], null],
  ])
  expect(arrs.map(({section, sharedTrackers}) => [section, sharedTrackers.length])).toEqual([['Radarr4K', 1]])
})

const server = `
[qBit]
Host = "localhost"
UserName = "a"
Password = "b"
`
const radarr = `
[Radarr-4K]
Managed = true
URI = "http://radarr:7878"
APIKey = "0123456789abcdef0123456789abcdef"
Category = "films"
`

test('an Arr of which little is said takes what is in force then', async () => {
  const {arrs, categories} = await sectionsOf(server + radarr)
  expect(categories).toEqual([])
  expect(arrs).toHaveLength(1)
  expect(arrs[0]).toMatchObject({
    section: 'Radarr-4K',
    arrId: 'Radarr-4K',
    categories: ['films'],
    subcategories: false,
    youngerThan: 180,
    stalledDelay: 900,
    maximumEta: 86_400,
    keepsSlow: false,
    deletableShare: 0.95,
    removal: -1,
    maxRatio: null,
    failedCategory: 'failed',
    importMode: 'auto',
    probesMedia: true,
  })
})

test('B.9 -1 lifts the limits of torrents only where a user wrote it; 0 leaves them alone', async () => {
  const seeding = (lines: string) => `${server}${radarr}[Radarr-4K.Torrent.SeedingMode]\n${lines}`
  const rates = async (lines: string) => {
    const {arrs} = await sectionsOf(seeding(lines))
    return [arrs[0]!.downRate, arrs[0]!.upRate]
  }
  expect(await rates('')).toEqual(['leaveAlone', 'leaveAlone'])
  expect(await rates('DownloadRateLimitPerTorrent = -1\nUploadRateLimitPerTorrent = 0')).toEqual([
    null,
    'leaveAlone',
  ])
  expect(await rates('UploadRateLimitPerTorrent = 100')).toEqual(['leaveAlone', 102_400])
})

test('B.9 managed categories share the values of their server, but for rows of their own', async () => {
  const {categories} = await sectionsOf(`${server}ManagedCategories = ["books", "games"]
[qBit.CategorySeeding]
MaxUploadRatio = 2
RemoveTorrent = 1
HitAndRunMode = "and"
MinSeedingTimeDays = 3
[[qBit.CategorySeeding.Categories]]
Name = "games"
MaxUploadRatio = 5
[[qBit.Trackers]]
URI = "https://tracker.example.org/announce"
MaxUploadRatio = 1.5
`)
  expect(categories.map((it) => [it.section, it.categories, it.maxRatio, it.removal])).toEqual([
    ['qBit', ['books'], 2, 1],
    ['qBit/games', ['games'], 5, 1],
  ])
  expect(categories.map((it) => it.maximumEta)).toEqual([null, null])
  expect(categories[1]).toMatchObject({failedCategory: 'failed', recheckCategory: 'recheck'})
  expect(categories[0]!.hitAndRun).toMatchObject({mode: 'and', time: 3 * DAY, fromProgress: 0.1})
  expect(categories[0]!.serverTrackers).toMatchObject([
    {
      server: 'qBit',
      trackers: [{host: 'tracker.example.org', maxRatio: 1.5, downRate: null, hitAndRun: null}],
    },
  ])
})

test('B.1 what lies below a category belongs to the longest owner', async () => {
  const {arrs} = await sectionsOf(
    `${server}ManagedCategories = ["films/old"]\n${radarr}MatchSubcategories = true\n`,
  )
  expect(arrs[0]).toMatchObject({subcategories: true, exceptCategories: ['films/old']})
})

test('B.1 what lies below an Arr and belongs to one that is off has no owner meanwhile', async () => {
  const off = (keys: string) => `[Radarr-8K]\nCategory = "films/8k"\n${keys}\n`
  const wide = `${server}${radarr}MatchSubcategories = true\n`
  const without = 'Managed = true\nURI = "http://b"'
  for (const keys of [without, `${without}\nAPIKey = "k"\n[Settings]\nFailedCategory = "films/8k"`, '']) {
    const {arrs} = await sectionsOf(wide + off(keys))
    expect(arrs).toMatchObject([{categories: ['films'], exceptCategories: ['films/8k']}])
  }
})

test('B.1 a category that an Arr and something else claim has no owner: no rule is about it', async () => {
  const {arrs, categories} = await sectionsOf(
    `${server}ManagedCategories = ["films", "linux"]\n${radarr}
[Sonarr]\nManaged = true\nURI = "http://b"\nAPIKey = "k"\nCategory = "tv"
[Settings]\nFailedCategory = "tv"`,
  )
  expect(arrs).toEqual([])
  expect(categories).toMatchObject([{categories: ['linux'], failedCategory: '', recheckCategory: 'recheck'}])
})

test('B.9 rows of [qBit] are for an Arr’s torrents on every server, those of another server for that one', async () => {
  const row = (section: string, host: string, more = '') =>
    `[[${section}.Trackers]]\nURI = "https://${host}/announce"\n${more}\n`
  const text =
    `${server}ManagedCategories = ["linux"]\n${row('qBit', 'one.test', 'HitAndRunMode = "and"\nMinSeedingTimeDays = 10')}` +
    `[Transmission-NAS]\nHost = "nas"\n${row('Transmission-NAS', 'two.test', 'HitAndRunMode = "disabled"')}` +
    `${radarr}${row('Radarr-4K.Torrent', 'three.test')}`
  const {arrs, categories} = await sectionsOf(text)
  const [arr] = arrs
  expect(arr!.trackers.map(({host, hitAndRun}) => [host, hitAndRun])).toEqual([['three.test', null]])
  expect(arr!.sharedTrackers).toMatchObject([{host: 'one.test', hitAndRun: {mode: 'and', time: 10 * DAY}}])
  expect(arr!.serverTrackers).toMatchObject([
    {server: 'Transmission-NAS', trackers: [{host: 'two.test', hitAndRun: 'disabled'}]},
  ])
  // Managed categories go by their own server alone.
  expect(categories[0]).toMatchObject({
    serverTrackers: [{server: 'qBit', trackers: [{host: 'one.test'}]}],
    sharedTrackers: [],
  })
  // A typing error in how the server is reached takes off nothing of what is owed.
  const broken = await sectionsOf(text.replace('Host = "localhost"', 'Host = "localhost"\nPort = "8O8O"'))
  expect(broken.arrs[0]!.sharedTrackers).toEqual(arr!.sharedTrackers)
})

test('what hangs on a value that cannot be read removes nothing, and no other row decides for its torrents', async () => {
  const seeding = await sectionsOf(
    `${server}${radarr}[Radarr-4K.Torrent.SeedingMode]\nRemoveTorrent = 4\nMaxUploadRatio = "2,0"\nMaxSeedingTime = "2 fortnights"\n`,
  )
  // With neither limit read as none, the other one alone would remove it.
  expect(seeding.arrs[0]).toMatchObject({removal: 4, maxRatio: 10_000, maxSeedingTime: 100_000 * DAY})
  const rows = await sectionsOf(
    `${server}${radarr}[[Radarr-4K.Torrent.Trackers]]\nURI = "a.example"\nPriority = "high"\nMaxUploadRatio = 1.0\n` +
      'RemoveIfExists = true\n[[Radarr-4K.Torrent.Trackers]]\nURI = "b.example"\nPriority = 5\nMaxUploadRatio = 2.0\n',
  )
  const [held, other] = rows.arrs[0]!.trackers
  expect(held).toMatchObject({maxRatio: 10_000, maxSeedingTime: 100_000 * DAY, removeIfExists: false})
  expect(held!.priority).toBeGreaterThan(other!.priority)
  expect(other).toMatchObject({priority: 5, maxRatio: 2})
})
