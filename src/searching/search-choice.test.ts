import {expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {searchChoice} from './search-choice.ts'

async function choiceOf(keys: string, env: Record<string, string> = {}, loopDelay = 30) {
  const text = `[Radarr-A]\nManaged = true\nURI = "http://r:7878"\nAPIKey = "k"\n[Radarr-A.EntrySearch]\n${keys}\n`
  const {config} = await configOf(text, env)
  return searchChoice(config.arrs[0]!, loopDelay)
}

test('without a key nothing is searched', async () => {
  expect(await choiceOf('')).toMatchObject({
    isOn: false,
    mostCommands: 5,
    budget: {spacingMs: 30_000, perHour: 30, perDay: 0},
    plan: {missing: false, minimum: false, cutoff: false, score: false, upgrade: false, bySeason: false},
  })
})

test.each<[string, object]>([
  ['SearchMissing = true', {missing: true, cutoff: false}],
  ['QualityUnmetSearch = true', {cutoff: true, missing: false}],
  ['CustomFormatUnmetSearch = true', {minimum: true, missing: false}],
  ['DoUpgradeSearch = true', {upgrade: true, missing: false}],
])('Q33 %s works alone', async (keys, plan) => {
  expect(await choiceOf(keys)).toMatchObject({isOn: true, plan})
})

test('each key says one thing', async () => {
  const keys = `SearchMissing = true\nAlsoSearchSpecials = true\nUnmonitored = true\nSearchLimit = 2\nSearchByYear = false\nSearchInReverse = true\nSearchAgainOnSearchCompletion = true\nSearchBySeries = "smart"\nPrioritizeTodaysReleases = false`
  expect(await choiceOf(keys)).toMatchObject({
    mostCommands: 2,
    plan: {
      specials: true,
      unmonitored: true,
      byYear: false,
      inReverse: true,
      onlyOnce: false,
      bySeason: 'smart',
      today: false,
    },
  })
  expect(await choiceOf('SearchMissing = true\nSearchAgainOnSearchCompletion = false')).toMatchObject({
    plan: {onlyOnce: true},
  })
})

test('own keys set limits, rests, quiet hours and tags', async () => {
  const keys = `CustomFormatUnmetSearch = true\nCustomFormatUntil = "cutoff"\nSearchesPerHour = 12\nSearchesPerDay = 100\nGraceHours = 0.5\nRestStart = "12h"\nRestMax = "7d"\nActiveDownloadLimit = 3\nQuietHours = "22:00 - 6:30"\nSkipTags = ["never"]`
  expect(await choiceOf(keys)).toMatchObject({
    budget: {perHour: 12, perDay: 100},
    activeDownloads: 3,
    quietHours: {spans: [{from: '22:00', to: '06:30'}], timeZone: null},
    skipTags: ['never'],
    plan: {minimum: true, score: true, graceMs: 1_800_000, startMs: 43_200_000, mostMs: 604_800_000},
  })
  const none = await choiceOf(
    'CustomFormatUntil = "cutoff"\nActiveDownloadLimit = 0\nRestStart = "9d"\nRestMax = 60',
  )
  expect(none.plan).toMatchObject({minimum: false, score: false, mostMs: 9 * 86_400_000})
  expect(none.activeDownloads).toBeGreaterThan(1e9)
})

test('an Arr is not asked faster than every five seconds', async () => {
  expect((await choiceOf('', {}, 1)).budget.spacingMs).toBe(5_000)
  expect((await choiceOf('', {}, 90)).budget.spacingMs).toBe(90_000)
})
