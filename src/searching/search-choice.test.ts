import {expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {quietUntil, searchChoice} from './search-choice.ts'

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
    quietHours: {from: '22:00', to: '06:30'},
    skipTags: ['never'],
    plan: {minimum: true, score: true, graceMs: 1_800_000, startMs: 43_200_000, mostMs: 604_800_000},
  })
  const none = await choiceOf(
    'CustomFormatUntil = "cutoff"\nActiveDownloadLimit = 0\nRestStart = "9d"\nRestMax = 60',
  )
  expect(none.plan).toMatchObject({minimum: false, score: false, mostMs: 9 * 86_400_000})
  expect(none.activeDownloads).toBeGreaterThan(1e9)
})

test.each(['22:00', '24:00-01:00', '6-8', '06:00-06:00', '06:00-6:00', 'night'])(
  'quiet hours %s are refused with what is accepted',
  async (hours) => {
    const text = `[Radarr-A]\nManaged = true\nURI = "http://r:7878"\nAPIKey = "k"\n[Radarr-A.EntrySearch]\nQuietHours = "${hours}"\n`
    const {config, findings} = await configOf(text)
    expect(config.arrs[0]!.EntrySearch.QuietHours).toBeNull()
    expect(findings.find(({key}) => key === 'EntrySearch.QuietHours')).toMatchObject({
      code: 'bad_value',
      found: `"${hours}"`,
      accepted: expect.stringContaining('"22:00-06:30"'),
    })
  },
)

test('quiet hours end at their time of the place, also over midnight', () => {
  const at = (text: string) => Date.parse(text)
  const night = quietUntil({from: '22:00', to: '06:30'}, 'Europe/Berlin')
  expect(night(at('2026-01-10T20:59:59Z'))).toBeNull()
  expect(night(at('2026-01-10T21:00:30Z'))).toBe(at('2026-01-11T05:30:00Z'))
  expect(night(at('2026-01-11T05:29:59Z'))).toBe(at('2026-01-11T05:30:00Z'))
  expect(night(at('2026-01-11T05:30:00Z'))).toBeNull()
  const noon = quietUntil({from: '11:00', to: '13:00'}, 'UTC')
  expect([noon(at('2026-07-10T10:59:00Z')), noon(at('2026-07-10T11:00:00Z'))]).toEqual([
    null,
    at('2026-07-10T13:00:00Z'),
  ])
})

test('an Arr is not asked faster than every five seconds', async () => {
  expect((await choiceOf('', {}, 1)).budget.spacingMs).toBe(5_000)
  expect((await choiceOf('', {}, 90)).budget.spacingMs).toBe(90_000)
})
