/**
 * The configuration file is cut at the border of a section, or behind any line, while the program runs or before it
 * starts. What the whole file keeps no rule removes before an administrator confirms that the cut is meant.
 */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '../proof.ts'
import {A, DAY, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Behind the first section, which the harness writes; what is owed stands last, so that every cut lets it go. */
const whole = `ManagedCategories = ["films", "own"]
[${A}.CategorySeeding]
MaxUploadRatio = 1
RemoveTorrent = 1
[[${A}.CategorySeeding.Categories]]
Name = "own"
RemoveTorrent = -1
[[${A}.Trackers]]
URI = "other.example"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
[[${A}.Trackers]]
URI = "owed.example"
HitAndRunMode = "and"
MinSeedRatio = 1
MinSeedingTimeDays = 200
`
const places = (pattern: RegExp) => [...whole.matchAll(pattern)].map(({index}) => index)
const atBorders = places(/^\[/gm)
/** In the row that protects: a header alone is a row that names nobody. */
const inTheRow = places(/^(URI = "owed|HitAndRunMode = "and"\nMinSeedRatio|MinSeedingTimeDays = 200)/gm)

interface Lost {
  readonly lost: {readonly settings: readonly string[]} | null
}

const lost = async () => (await harness.acting.api.get<Lost>('/api/configuration')).lost?.settings ?? []

const ofVerb = async (verb: string) => (await harness.journal()).filter((it) => it.verb === verb)

/** It owes two hundred days, and would go by the file and by a rule of a person. */
async function begin(): Promise<{readonly owed: string}> {
  harness = await ScenarioHarness.start({
    servers: [{name: A, torrents: 50}],
    config: whole,
    rules: [
      {
        name: 'Enough',
        reason: 'seedingDone',
        scope: {categories: ['films']},
        when: {fact: 'ratio', op: 'gte', value: 2},
        do: [{action: 'removeWithData'}],
      },
    ],
  })
  const {acting} = harness
  acting.confirmsEdits = false
  const fields = {category: 'films', uploaded: 20_000_000_000, seedingTime: 5 * DAY}
  const owed = harness.had(A, 900, {...fields, trackers: [trackerOf(harness.world(A), 'owed.example')]})
  const done = harness.had(A, 901, {...fields, trackers: [trackerOf(harness.world(A), 'free.example')]})
  await harness.acting.until(
    6 * HOUR,
    () => harness.holds(A, done.hash),
    (it) => !it,
  )
  expect([harness.holds(A, done.hash), harness.holds(A, owed.hash), await lost()]).toEqual([false, true, []])
  return {owed: owed.hash}
}

const ways = {
  'while it runs': async (text: string) => {
    await harness.acting.reconfigure(text)
  },
  'before it starts': async (text: string) => {
    await harness.acting.crash()
    await harness.acting.reconfigure(text)
    await harness.acting.rise()
  },
} as const

test.each(Object.keys(ways) as (keyof typeof ways)[])(
  'S58 a file that is cut %s has nothing removed that the whole one keeps, wherever the cut is, and the end is its own',
  async (way) => {
    const {owed} = await begin()
    const before = harness.destroyed().length
    for (const at of isFull ? [...atBorders, ...inTheRow] : [...some(2, atBorders), ...some(1, inTheRow)]) {
      await ways[way](whole.slice(0, at))
      await harness.pass(HOUR)
      expect([harness.holds(A, owed), harness.destroyed().length], `cut at ${at}`).toEqual([true, before])
      expect((await lost()).length, `cut at ${at}`).toBeGreaterThan(0)
      await ways[way](whole)
      await harness.pass(10 * MINUTE)
      expect(await lost()).toEqual([])
    }
    await harness.pass(HOUR)
    expect(harness.holds(A, owed)).toBe(true)
    await harness.expectWell()
  },
)

test('S58 it is said with names, a person may act by hand, and rules go on once it is confirmed', async () => {
  const {owed} = await begin()
  const cut = whole.slice(0, atBorders.at(-1))
  await harness.acting.reconfigure(cut)
  await harness.pass(HOUR)
  const settings = await lost()
  expect(settings).toEqual([`${A}.Trackers[owed.example]`])
  const [line] = await ofVerb('freeze')
  expect(line).toMatchObject({phase: 'blocked', code: 'lost_settings', subject: 'process'})
  expect(line!.message).toContain(`${A}.Trackers (1 row)`)
  const preview = await harness.acting.api.send('POST', '/api/torrents/removal-preview', {
    keys: [{server_id: A, info_hash: owed}],
  })
  expect(preview.body).toMatchObject({lost_settings: 1})
  const {rules} = await harness.why(A, owed)
  const due = rules.filter(({outcome}) => outcome === 'due').map(({sentence}) => sentence)
  expect(due).toEqual([expect.stringContaining('no longer has')])
  const confirm = (shown: readonly string[]) =>
    harness.acting.api.send('POST', '/api/configuration/confirm', {settings: shown})
  expect(await confirm([])).toMatchObject({status: 409})
  expect(await confirm(settings)).toMatchObject({status: 204})
  await harness.acting.until(
    2 * HOUR,
    () => harness.holds(A, owed),
    (it) => !it,
  )
  expect(harness.holds(A, owed)).toBe(false)
  expect((await ofVerb('freeze')).at(-1)).toMatchObject({phase: 'undone'})
  expect(await ofVerb('confirm')).toMatchObject([{name: 'configuration', origin: 'user'}])
})
